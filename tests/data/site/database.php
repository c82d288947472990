<?php
// SQLite through PDO: names are added, and stay for later requests.
header('Content-Type: text/plain');
$database = new PDO('sqlite:' . __DIR__ . '/names.sqlite');
$database->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$database->exec('CREATE TABLE IF NOT EXISTS names (name TEXT UNIQUE)');
if (isset($_POST['name'])) {
    $insert = $database->prepare('INSERT OR IGNORE INTO names VALUES (?)');
    $insert->execute([$_POST['name']]);
    echo $insert->rowCount(), " added\n";
}
foreach ($database->query('SELECT name FROM names ORDER BY name') as $row) {
    echo $row['name'], "\n";
}
