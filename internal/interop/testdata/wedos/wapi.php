<?php
// A WAPI of one command, written as the vendor's sample is: it reads the form
// field, checks the signature with its own sha1 and clock, and returns the
// bytes of data's element "v" in hexadecimal.
date_default_timezone_set('Europe/Prague');
$xml = strpos($_SERVER['REQUEST_URI'], '/xml') !== false;
$text = $_POST['request'] ?? '';
$request = $xml ? json_decode(json_encode(simplexml_load_string($text, 'SimpleXMLElement', LIBXML_NOCDATA)), true)
                : (json_decode($text, true)['request'] ?? null);
$code = 1000;
if ($request === null) {
    $code = 2000;
} elseif (!in_array($request['auth'], [
    sha1('owner@example.test' . sha1('pässword + &') . date('H')),
    sha1('owner@example.test' . sha1('pässword + &') . date('H', time() - 5)),
])) {
    $code = 2050;
}
header('Content-Type: text/html; charset=UTF-8');
$answer = ['code' => $code, 'result' => 'OK', 'timestamp' => time(), 'clTRID' => $request['clTRID'] ?? '',
           'command' => $request['command'] ?? '', 'data' => ['hex' => bin2hex($request['data']['v'] ?? '')]];
if (!$xml) {
    echo json_encode(['response' => $answer]);
    return;
}
$hex = $answer['data']['hex'];
unset($answer['data']);
echo '<response>';
foreach ($answer as $name => $value) {
    echo "<$name>" . htmlspecialchars((string) $value) . "</$name>";
}
echo "<data><hex>$hex</hex></data></response>";
