<?php
// The service of the velneo test in a few lines, written anew after the
// vendor's guide: it reads params with PHP's own parsers, computes the signature
// with PHP's own sha1, and keeps what a user was given as PHP understood it.
$state = getenv('VELNEO_STATE');
$kept = is_file($state) ? json_decode(file_get_contents($state), true) : ['calls' => 0];
$key = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
$verb = $_POST['method'] ?? $_SERVER['REQUEST_METHOD'];
$raw = $_POST['params'] ?? $_GET['params'] ?? '';
if (!isset($_POST['params']) && $_SERVER['REQUEST_METHOD'] === 'PUT') { // PHP parses the form of a POST alone
    parse_str(file_get_contents('php://input'), $form);
    $raw = $form['params'] ?? '';
}
$strict = json_decode($raw, true);
$p = $strict ?? json_decode(str_replace("'", '"', $raw), true);
$answer = function ($status, $more = []) { header('Content-Type: application/json'); echo json_encode(['status_code' => $status] + $more); exit; };
if (!is_array($p) || !is_int($p['timestamp'])) $answer(403, ['message' => 'params: ' . json_last_error_msg()]);
$call = $verb . ' ' . basename(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
$who = $call === 'POST session' ? $p['email'] : $p['session'];
if (!hash_equals(sha1($who . $p['timestamp'] . $key), $p['signed']) || abs(time() - $p['timestamp']) > 60) $answer(401);
switch ($call) {
case 'POST session':
    $answer($who === 'luis@example.com' ? 200 : 401, ['session' => 'php-session']);
case 'GET vserver':
    $answer($who === 'php-session' ? 200 : 401, ['status' => 'running', 'vrl' => 'vatp://127.0.0.1:6676', 'version' => PHP_VERSION]);
case 'PUT user':
    unset($p['signed'], $p['session'], $p['timestamp']);
    file_put_contents($state, json_encode(['user' => $p, 'strict' => $strict !== null]));
    $answer(200);
case 'GET user':
    $answer(200, ['user' => $kept['user'], 'hex' => bin2hex($kept['user']['fullname']), 'strict' => $kept['strict']]);
}
$answer(403, ['message' => "what is $verb?"]);
