"""A PyKMIP server and its client over mutual TLS on loopback: AES encryptions of 32 bytes under a key that the server keeps.
Prints JSON: operations a second of one connection, and microseconds of the server's processor time for one.
usage: pykmip_encrypt.py DIRECTORY SECONDS CA CERTIFICATE KEY CLIENT-CERTIFICATE CLIENT-KEY"""

import json
import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from pathlib import Path

from kmip.core import enums
from kmip.pie import client, objects
from kmip.services.server import KmipServer

directory, seconds = Path(sys.argv[1]), float(sys.argv[2])
ca, certificate, key, client_certificate, client_key = sys.argv[3:8]
logging.disable(logging.CRITICAL)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def serve(port):
    os.setsid()
    # It would otherwise read its settings from /etc.
    server = KmipServer(
        hostname="127.0.0.1", port=port, certificate_path=certificate, key_path=key, ca_path=ca,
        auth_suite="TLS1.2", config_path=None, log_path=str(directory / "kmip.log"),
        policy_path=str(directory), enable_tls_client_auth=True, logging_level="CRITICAL",
        database_path=str(directory / "kmip.db"))
    with server:
        server.serve()


def cpu(process):
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e3


port = free_port()
server = multiprocessing.Process(target=serve, args=(port,))
server.start()
try:
    peer = client.ProxyKmipClient(
        hostname="127.0.0.1", port=port, cert=client_certificate, key=client_key, ca=ca, ssl_version="PROTOCOL_TLSv1_2",
        config_file=os.devnull)
    for attempt in range(50):
        try:
            peer.open()
            break
        except OSError:
            time.sleep(0.1)
    usage = [enums.CryptographicUsageMask.ENCRYPT]
    uid = peer.register(objects.SymmetricKey(enums.CryptographicAlgorithm.AES, 256, bytes(range(32)), masks=usage))
    peer.activate(uid)
    how = {"cryptographic_algorithm": enums.CryptographicAlgorithm.AES, "block_cipher_mode": enums.BlockCipherMode.CBC,
           "padding_method": enums.PaddingMethod.PKCS5}
    encrypt = lambda: peer.encrypt(bytes(32), uid=uid, cryptographic_parameters=how, iv_counter_nonce=bytes(16))
    encrypt()
    begun, used, count = time.monotonic(), cpu(server.pid), 0
    while time.monotonic() - begun < seconds:
        encrypt()
        count += 1
    passed, used = time.monotonic() - begun, cpu(server.pid) - used
    print(json.dumps({"rate": count / passed, "server": used / count}))
finally:
    # Its own process and the one that it starts.
    os.killpg(server.pid, signal.SIGKILL)
