"""A proxy between a daemon and its broker that knows just enough of Kafka's protocol to disturb the end of a transaction.

It reads the head of each request, and so knows which reply belongs to which. The broker tells clients its own address, in
the replies to Metadata and FindCoordinator; there the proxy puts its own port, which takes as many bytes, so that the
client stays behind it.
"""
import asyncio
import collections
import struct
import threading

METADATA, FIND_COORDINATOR, ADD_PARTITIONS, END_TXN = 3, 10, 24, 26

# What to do with the next request that commits.
#   delay reply    the broker's reply is held for `seconds`
#   lose reply     the broker has decided; then the connection breaks, and nobody hears of it
#   lose request   the connection breaks as soon as the request has been passed on
#   stray          the request is held until the client has asked again, on another connection, has heard the outcome and
#                  has begun the next transaction; `seconds` later it is passed on, and finds that one open (KAFKA-17754)
Disturbance = collections.namedtuple("Disturbance", "how seconds")


class Proxy:
    """Listens on a port of its own while its thread runs. Threads: every method of any thread."""

    def __init__(self, upstream):
        self.host, port = upstream.split(":")
        self.upstream_port = int(port)
        self.loop = asyncio.new_event_loop()
        self.waiting = collections.deque()  # Disturbances, and the Event to set when one is over.
        self.decided = asyncio.Event()      # The disturbed commit's outcome has reached the client;
        self.next_open = asyncio.Event()    # and then a transaction has begun.
        self.asked_for = 0                  # How often the client has asked for the disturbed commit, until then.
        self.answers_to_strays = collections.Counter()  # By error code; 0: the broker acted on it.
        self.listening = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        self.listening.wait()

    @property
    def address(self):
        return f"{self.host}:{self.port}"

    def disturb(self, disturbance):
        """The next commit, when the one before has been gone through. Gives an Event that is set when it has been."""
        over = threading.Event()
        self.loop.call_soon_threadsafe(self.waiting.append, (disturbance, over))
        return over

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    def _run(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._serve, self.host, 0))
        self.port = server.sockets[0].getsockname()[1]
        self.addresses = [text + struct.pack(">i", number) for text in (self.host.encode(),)
                          for number in (self.upstream_port, self.port)]
        self.listening.set()
        self.loop.run_forever()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))

    async def _serve(self, reader, writer):
        try:
            upstream = await asyncio.open_connection(self.host, self.upstream_port)
        except OSError:
            writer.close()
            return
        connection = Connection(self, (reader, writer), upstream)
        await connection.serve()


class Connection:
    """One connection of the client, and the one to the broker that belongs to it."""

    def __init__(self, proxy, client, upstream):
        self.proxy = proxy
        self.client_reader, self.client_writer = client
        self.broker_reader, self.broker_writer = upstream
        self.asked = {}  # By correlation id: the api, and what is to be done with the reply.
        self.stray = None

    async def serve(self):
        tasks = [asyncio.ensure_future(self._requests()), asyncio.ensure_future(self._replies())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            if self.stray is not None:
                await self._send_stray()  # The connection to the broker lives longer than the client's.
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._break()

    def _break(self):
        self.client_writer.close()
        self.broker_writer.close()

    async def _requests(self):
        try:
            while True:
                frame = await read_frame(self.client_reader)
                api, _, correlation = struct.unpack_from(">hhi", frame, 4)
                disturbance = None
                # The last byte says whether it is to commit, in the versions (up to 2) that librdkafka 2.0.2 uses.
                if api == END_TXN and frame[-1] == 1:
                    disturbance = self._next_disturbance()
                self.asked[correlation] = (api, disturbance)
                if disturbance and disturbance[0].how == "stray":
                    self.stray = (frame, correlation, *disturbance)
                    continue
                self.broker_writer.write(frame)
                await self.broker_writer.drain()
                if api == ADD_PARTITIONS and self.proxy.decided.is_set():
                    self.proxy.next_open.set()
                if disturbance and disturbance[0].how == "lose request":
                    disturbance[1].set()
                    return
        except (OSError, asyncio.IncompleteReadError):
            return

    def _next_disturbance(self):
        """A commit is asked for: what is to be done with it, if anything."""
        disturbance = None
        if self.proxy.waiting:
            disturbance = self.proxy.waiting.popleft()
            self.proxy.decided.clear()
            self.proxy.next_open.clear()
            self.proxy.asked_for = 0
        if not self.proxy.next_open.is_set():
            self.proxy.asked_for += 1
        return disturbance

    async def _send_stray(self):
        frame, correlation, disturbance, over = self.stray
        await self.proxy.next_open.wait()
        await asyncio.sleep(disturbance.seconds)
        self.broker_writer.write(frame)
        await self.broker_writer.drain()
        reply = await read_frame(self.broker_reader)
        while struct.unpack_from(">i", reply, 4) != (correlation,):
            reply = await read_frame(self.broker_reader)
        # Behind the correlation id: for how long it throttles, and the error.
        self.proxy.answers_to_strays[struct.unpack_from(">h", reply, 12)[0]] += 1
        over.set()

    async def _replies(self):
        try:
            while True:
                frame = await read_frame(self.broker_reader)
                correlation, = struct.unpack_from(">i", frame, 4)
                api, disturbance = self.asked.pop(correlation)
                if api in (METADATA, FIND_COORDINATOR):
                    frame = frame.replace(*self.proxy.addresses)
                if disturbance:
                    await self._hold(disturbance)
                    if disturbance[0].how == "lose reply":
                        return
                self.client_writer.write(frame)
                await self.client_writer.drain()
                if api == END_TXN:
                    self.proxy.decided.set()
        except (OSError, asyncio.IncompleteReadError):
            return

    async def _hold(self, disturbance):
        what, over = disturbance
        try:
            if what.how == "delay reply":
                await asyncio.sleep(what.seconds)
        finally:
            over.set()  # Also if the client has waited long enough, and closed the connection.


async def read_frame(reader):
    head = await reader.readexactly(4)
    return head + await reader.readexactly(struct.unpack(">i", head)[0])
