"""What a plugin in Python reaches. Each document is called after what to try."""

import os
import socket
import subprocess

import sheaf


def read(options):
    with open("/etc/passwd") as file:
        return file.read(4)


def write(options):
    with open(os.path.join(options["place"], options["language"]), "w") as file:
        file.write("x")
    return "written"


def net(options):
    with socket.create_connection(("127.0.0.1", options["port"]), 5) as connection:
        connection.sendall(options["language"].encode() + b"\n")
        return connection.makefile().readline().strip()


def spawn(options):
    return subprocess.check_output(["sh", "-c", "echo from a shell"], text=True).strip()


TRY = {"read": read, "write": write, "net": net, "spawn": spawn}


@sheaf.process
def process(doc, ctx):
    doc.set_metadata("got", TRY[doc.member.split(".")[0]](ctx.options))


sheaf.run()
