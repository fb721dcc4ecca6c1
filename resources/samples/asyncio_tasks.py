"""Tasks on one thread: where one awaits, another runs, so a global changes as it does between threads."""

import asyncio

current = None


async def handle(number):
    global current
    current = number
    await asyncio.sleep(0.01)
    print(f"task {number} finds {current}")


async def main():
    await asyncio.gather(*(handle(n) for n in range(1, 4)))


asyncio.run(main())
