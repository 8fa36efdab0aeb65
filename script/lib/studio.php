<?php
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page of script/studio: Adminer behind a password, for one database. Nobody reaches a line of
 * Adminer without the password of this run; a page of another site does not even with it.
 */

function refuse($status, $text)
{
	http_response_code($status);
	header('Content-Type: text/plain; charset=utf-8');
	exit($text . "\n");
}

function is_own($host)
{
	$port = getenv('STUDIO_PORT');
	return in_array($host, ["127.0.0.1:$port", "localhost:$port"], true);
}

/* Another name for this address is a page that rebinds its own. */
if (!is_own($_SERVER['HTTP_HOST'] ?? ''))
	refuse(421, 'Open the address that script/studio printed.');
$origin = $_SERVER['HTTP_ORIGIN'] ?? null;
if ($_SERVER['REQUEST_METHOD'] !== 'GET' && $origin !== null && !is_own(preg_replace('~^http://~', '', $origin)))
	refuse(403, 'This came from another site.');
if (($_SERVER['PHP_AUTH_USER'] ?? '') !== 'developer' ||
	!hash_equals(getenv('STUDIO_PASSWORD'), $_SERVER['PHP_AUTH_PW'] ?? '')) {
	header('WWW-Authenticate: Basic realm="Cairn studio", charset="UTF-8"');
	refuse(401, 'User and password are what script/studio printed.');
}

/** The address or conninfo as keys and values of libpq. */
function database()
{
	$text = getenv('STUDIO_DATABASE');
	$parts = [];
	if (preg_match('~^postgres(?:ql)?://(?:([^:@/]*)(?::([^@/]*))?@)?(\[[^]]+]|[^:/?]*)(?::(\d+))?(?:/([^?]*))?(?:\?(.*))?$~', $text, $url)) {
		parse_str($url[6] ?? '', $parts);
		foreach (['user', 'password', 'host', 'port', 'dbname'] as $i => $key)
			if (($url[$i + 1] ?? '') !== '')
				$parts[$key] = rawurldecode(trim($url[$i + 1], '[]'));
	} else {
		preg_match_all("~(\w+)\s*=\s*(?:'((?:[^'\\\\]|\\\\.)*)'|(\S*))~", $text, $found, PREG_SET_ORDER);
		foreach ($found as $pair)
			$parts[$pair[1]] = $pair[3] ?? stripslashes($pair[2]);
	}
	return $parts + ['host' => 'localhost', 'port' => '5432', 'user' => '', 'password' => '', 'dbname' => $parts['user'] ?? ''];
}

$database = database();
/* What Adminer has no place for. */
foreach ($database as $key => $value)
	if (str_starts_with($key, 'ssl'))
		putenv('PG' . strtoupper($key) . "=$value");

/* One database by one driver, whatever else the address asks for. */
foreach (['server', 'sqlite', 'sqlite2', 'oracle', 'mssql', 'mongo', 'elastic'] as $name)
	unset($_GET[$name]);
unset($_POST['auth'], $_COOKIE['adminer_permanent'], $_SERVER['HTTP_X_FORWARDED_PREFIX']);
/* No other site is asked for news. */
$_COOKIE['adminer_version'] = '0';
$home = ['pgsql' => '', 'username' => $database['user'], 'db' => $database['dbname']];
if (!isset($_GET['file']) && (array_intersect_key($_GET, $home) != $home || !isset($_GET['ns']))) {
	header('Location: /?' . http_build_query($home + ['ns' => 'public']));
	exit;
}

function adminer_object()
{
	global $database;

	/* The password of the page has been asked for; that of the database stays here. */
	class CairnStudio extends Adminer
	{
		private $database;

		function __construct($database)
		{
			$this->database = $database;
			set_password('pgsql', '', $database['user'], '');
		}

		function name()
		{
			return 'Cairn studio';
		}

		function credentials()
		{
			$d = $this->database;
			return ["$d[host]:$d[port]", $d['user'], $d['password']];
		}

		function login($login, $password)
		{
			return true;
		}

		function permanentLogin($create = false)
		{
			return '';
		}

		function databases($flush = true)
		{
			return [$this->database['dbname']];
		}
	}

	return new CairnStudio($database);
}

require '/usr/share/adminer/adminer.php';
