<?php
http_response_code(410);
header('X-Reason: gone');
echo "gone\n";
