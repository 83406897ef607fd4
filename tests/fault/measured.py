"""measured.py MIB COMMAND…: runs it; fails when it, or a process of it, had
more memory than that. Its exit status otherwise; the cost is told."""

import resource
import subprocess
import sys

status = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
memory = used.ru_maxrss // 1024
print(f"{used.ru_utime + used.ru_stime:.2f} s of CPU time, {memory} MiB")
if memory > int(sys.argv[1]):
    sys.exit(f"{memory} MiB, more than {sys.argv[1]}")
sys.exit(status if status >= 0 else 128 - status)
