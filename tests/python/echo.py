"""Echoes lines: `echo.py serve` does, and `echo.py ask PORT COUNT` asks it by that many connections at once."""

import asyncio
import sys


async def echo(reader, writer):
    while line := await reader.readline():
        writer.write(line)
        await writer.drain()
    writer.close()


async def serve():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def ask(port, number, all_are_there):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await all_are_there.wait()
    lines = [f"line {line} of client {number}\n".encode() for line in range(10)]
    for line in lines:
        writer.write(line)
    answers = [await reader.readline() for line in lines]
    writer.close()
    return answers == lines


async def ask_all(port, count):
    all_are_there = asyncio.Barrier(count)
    right = await asyncio.gather(*(ask(port, number, all_are_there) for number in range(count)))
    print(sum(right), "are right")


match sys.argv[1:]:
    case ["serve"]:
        asyncio.run(serve())
    case ["ask", port, count]:
        asyncio.run(ask_all(int(port), int(count)))
