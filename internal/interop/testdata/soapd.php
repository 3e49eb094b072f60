<?php
// The same small OVH-like service as soapd.pl, on PHP's SoapServer without a
// WSDL. php -S runs this file once a request, so everything that lasts is in
// the folder that SOAPD_STATE names; SOAPD_TABLE names soapi.tsv.
declare(strict_types=1);

const NS = 'http://soapi.ovh.com/manager';

$state = getenv('SOAPD_STATE');
$functions = $types = [];
foreach (file(getenv('SOAPD_TABLE'), FILE_IGNORE_NEW_LINES) as $row) {
    $cells = explode("\t", $row);
    $pairs = array_map(fn($pair) => explode(':', $pair), array_filter(explode(' ', end($cells))));
    if ($cells[0] === 'type') {
        $types[$cells[1]] = $pairs;
    } elseif ($cells[0] === 'function') {
        $functions[$cells[1]] = ['result' => $cells[2], 'takes' => $pairs];
    }
}

function refuse(int $code, string $text): never
{
    throw new SoapFault("soap:$code", $text);
}

function path(string ...$parts): string
{
    global $state;
    return $state . '/' . implode('/', array_map(rawurlencode(...), $parts));
}

/** Ends a call that has no session, and takes one life of it. */
function session(?string $id): void
{
    $file = path('session', (string) $id);
    if ($id === null || $id === '' || !is_file($file)) {
        refuse(301, 'Your session has expired');
    }
    [$nic, $lives] = explode(' ', file_get_contents($file));
    if (--$lives > 0) {
        file_put_contents($file, "$nic $lives");
    } else {
        unlink($file);
    }
}

/** The functions that remember, the mailboxes for box.example alone. */
final class Stateful
{
    public function login($nic, $password, $language = 'en', $multisession = false): string
    {
        $password === 'right' || refuse(310, 'Invalid login or password');
        $id = bin2hex(random_bytes(12));
        @mkdir(path('session'));
        file_put_contents(path('session', $id), $nic . ' ' . (str_starts_with($nic, 'one-call') ? 1 : 1000000));
        return $id;
    }

    public function logout($session): void
    {
        @unlink(path('session', $session)) || refuse(302, 'This session does not exist');
    }

    public function popAdd($session, $domain, $pop, $password = '', $description = ''): void
    {
        @mkdir(path("pop-$domain"));
        !is_file(path("pop-$domain", $pop)) || refuse(211, "L'adresse e-mail $pop@$domain existe déjà");
        file_put_contents(path("pop-$domain", $pop), $description);
    }

    public function popDel($session, $domain, $pop): void
    {
        @unlink(path("pop-$domain", $pop)) || refuse(210, "$pop@$domain not found");
    }

    public function popList($session, $domain): array
    {
        return array_map(fn($file) => (object) [
            'domain' => $domain, 'name' => rawurldecode(basename($file)), 'nic' => null, 'size' => '5',
            'description' => file_get_contents($file),
        ], glob(path("pop-$domain") . '/*'));
    }
}

/** Makes an answer up; the first argument names the scenario. */
function answer(string $type, string $name, string $scenario): mixed
{
    global $types;
    if (str_ends_with($type, '[]')) {
        $one = fn() => answer(substr($type, 0, -2), $name, $scenario);
        if (str_starts_with($scenario, 'twice.')) {
            $same = $one(); // one object, referred to
            return [$same, $same, $same];
        }
        $many = ['none.' => 0, 'one.' => 1][substr($scenario, 0, 1 + (int) strpos($scenario, '.'))] ?? 3;
        return array_map($one, array_fill(0, $many, 0));
    }
    if (isset($types[$type])) {
        $struct = new stdClass();
        foreach ($types[$type] as [$member, $of]) {
            $struct->$member = answer($of, $member, $scenario);
        }
        return str_starts_with($scenario, 'map.') ? (array) $struct : $struct; // an array with names travels as a Map
    }
    return str_starts_with($scenario, 'nil.') ? null : match ($type) {
        'int' => 7, 'float' => 1.5, 'boolean' => true,
        default => str_starts_with($scenario, 'digits.') ? '0042' : "$name é",
    };
}

/** Lists the call's children as [name, attributes]: PHP's SOAP server keeps
 *  neither, and its XML extension is a package of its own. */
function children(string $body): array
{
    preg_match('~Body[^>]*>\s*<([\w:.-]+)[^>]*(?<!/)>(.*)</\1>~s', $body, $call);
    $element = '~<(?:[\w.-]+:)?([\w.-]+)((?:\s[^<>]*?)?)(?:/>|>(?:[^<]|(?R))*</[\w:.-]+>)~';
    preg_match_all($element, $call[2] ?? '', $found, PREG_SET_ORDER);
    return array_map(fn($match) => [$match[1], $match[2]], $found);
}

/** Compares the arguments, as they were sent, with the table. */
function check(string $name, array $children): array
{
    global $functions;
    $takes = $functions[$name]['takes'];
    count($children) <= count($takes) || refuse(299, "$name takes " . count($takes) . ' arguments');
    foreach ($children as $i => [$got, $attributes]) {
        [$want, $type] = $takes[$i];
        $is = preg_match('~\bxsi:type="([^"]*)"~', $attributes, $found) ? $found[1] : 'none';
        $got === $want || refuse(202, "$name: argument $i is called $got, not $want");
        $ok = str_ends_with($type, '[]') ? preg_match('~:(Array$|MyArrayOf)~', $is) : $is === "xsd:$type";
        $ok || str_contains($attributes, 'nil=') || refuse(202, "$name: $want has the type $is, not $type");
    }
    return array_column($children, 0);
}

/** Every call comes here: PHP hands over the decoded values by position. */
final class Soapi
{
    public function __construct(private array $children) {}

    public function __call(string $name, array $values): mixed
    {
        global $functions, $state;
        isset($functions[$name]) || refuse(250, "Function ($name) doesn't exist");
        $lock = fopen("$state/lock", 'c');
        flock($lock, LOCK_EX);
        $sent = check($name, $this->children);
        $takes = $functions[$name]['takes'];
        $inside = ($takes[0][0] ?? '') === 'session';
        if ($inside && $name !== 'logout') {
            session($values[0] ?? null);
        }
        $arguments = array_map(fn($name, $value) => ['name' => $name, 'value' => $value], $sent, $values);
        file_put_contents("$state/calls.log", json_encode(['function' => $name, 'arguments' => $arguments]) . "\n", FILE_APPEND);

        $first = $values[$inside ? 1 : 0] ?? '';
        $scenario = is_string($first) ? $first : '';
        if (preg_match('/^fault(\d+)\./', $scenario, $code)) {
            refuse((int) $code[1], 'Le domaine est indisponible: é');
        }
        $stateful = new Stateful();
        $special = str_starts_with($name, 'log') || str_starts_with($scenario, 'box.') && method_exists($stateful, $name);
        $result = $special ? $stateful->$name(...$values) : null;
        return $functions[$name]['result'] === 'void' ? null : $result ?? answer($functions[$name]['result'], $name, $scenario);
    }
}

$body = file_get_contents('php://input');
$server = new SoapServer(null, ['uri' => NS]);
$server->setObject(new Soapi(children($body)));
$server->handle($body);
