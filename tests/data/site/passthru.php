<?php
header('Content-Type: application/octet-stream');
$file = tmpfile();
for ($i = 0; $i < 1000; $i++)
    fwrite($file, str_repeat(chr(97 + $i % 26), 1024));
rewind($file);
fpassthru($file);
