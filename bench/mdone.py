"""M/D/1 in SimPy, the way its manual does it: how many messages per second, and the mean wait. Arguments: messages, utilisation."""

import random
import sys
import time

import simpy

messages = int(sys.argv[1])
utilisation = float(sys.argv[2])
service = 1.0
draws = random.Random(1)
waited = 0.0


def message(env, server):
    global waited
    arrived = env.now
    with server.request() as request:
        yield request
        waited += env.now - arrived
        yield env.timeout(service)


def arrivals(env, server):
    for _ in range(messages):
        yield env.timeout(draws.expovariate(utilisation / service))
        env.process(message(env, server))


env = simpy.Environment()
server = simpy.Resource(env, capacity=1)
env.process(arrivals(env, server))
begin = time.perf_counter()
env.run()
seconds = time.perf_counter() - begin
print(f"{simpy.__version__} {messages / seconds} {waited / messages}")
