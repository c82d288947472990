"""Validates a bill of materials by the schema of CycloneDX.

usage: materials.py FILE
"""

import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

[file] = sys.argv[1:]
errors = JsonStrictValidator(SchemaVersion.V1_6).validate_str(Path(file).read_text(), all_errors=True)
sys.exit("\n".join(map(str, errors or ())) or 0)
