<?php
echo "before the exit\n";
exit(255);
