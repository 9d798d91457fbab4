"""silent.py PORT: takes connections on 127.0.0.1:PORT and never says a word, until it is ended."""
import socket
import sys

server = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=64)
held = []
while True:
    held.append(server.accept())
