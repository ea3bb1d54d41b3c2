"""Talking to an HSM as simple clients do, and keeping count of what was found right.

Every frame goes over a connection of its own, which closes after the reply; fields are read with regular expressions.
"""

import json
import re
import socket
import sys

asked = json.load(sys.stdin)
right, wrong = 0, []


def check(name, is_right):
    global right
    if is_right:
        right += 1
    else:
        wrong.append(name)


def tell():
    print(json.dumps({"right": right, "wrong": wrong}))


def say(frame):
    with socket.create_connection(("127.0.0.1", asked["port"]), timeout=30) as connection:
        connection.sendall(frame.encode())
        reply = b""
        while b"]" not in reply:
            part = connection.recv(2**16)
            if not part:
                break
            reply += part
    return reply.decode()


def field(tag, reply):
    found = re.match(r".*[\[;]" + tag + r"(.*?);.*", reply)
    if not found:
        raise SystemExit(f"no {tag} in {reply}")
    return found.group(1)


def ask(tag, frame):
    return field(tag, say(frame))
