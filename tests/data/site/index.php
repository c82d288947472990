<?php
// The request as PHP has it.
foreach (['REQUEST_METHOD', 'REQUEST_URI', 'QUERY_STRING', 'SCRIPT_NAME', 'PATH_INFO', 'CONTENT_TYPE', 'HTTP_HOST'] as $name)
    echo "$name = ", $_SERVER[$name] ?? 'none', "\n";
echo json_encode(['get' => $_GET, 'post' => $_POST, 'cookie' => $_COOKIE]), "\n";
echo strlen(file_get_contents('php://input')), " bytes\n";
