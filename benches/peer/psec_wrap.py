"""Times psec wrapping and unwrapping an AES-256 key in a TR-31 D block, and prints JSON: microseconds of processor time."""

import json
import statistics
import time

import psec

kbpk, key = bytes(range(32)), bytes(range(32, 64))
header = psec.tr31.Header("D", "D0", "A", "B", "00", "E")
block = psec.tr31.wrap(kbpk, header, key)
assert psec.tr31.unwrap(kbpk, block)[1] == key


def cpu(work):
    times = []
    for _ in range(11):
        begun = time.process_time()
        for _ in range(200):
            work()
        times.append((time.process_time() - begun) / 200 * 1e6)
    return statistics.median(times)


wrap = cpu(lambda: psec.tr31.wrap(kbpk, header, key))
unwrap = cpu(lambda: psec.tr31.unwrap(kbpk, block))
print(json.dumps({"wrap": wrap, "unwrap": unwrap}))
