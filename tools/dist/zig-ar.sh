#!/usr/bin/env bash
# zig as the archiver beside zig-cc.sh.
exec "$ZIG" ar "$@"
