#!/usr/bin/python3
"""How many databases a server needs for so many accounts: docs/SCALING.md.

    scaling.py --pushes-per-second N [--accounts 10000000] [--databases-at 0.5] [--seed 1] [--json]

N is what one database acknowledged (bench_store). The day is simulated hour by hour: accounts are
assigned to partitions by hash, as the plan says; each draws how active it is from a heavy-tailed
distribution; the busiest hour of the busiest partition decides. A sample of the accounts is
simulated and scaled up, so that the answer takes seconds.
"""
import argparse
import json
import math
import random

# The share of a day's activity that falls into each hour, of people in two neighbouring time zones.
HOURS = [1, 1, 1, 1, 1, 2, 4, 6, 8, 8, 7, 7, 7, 7, 7, 7, 6, 5, 5, 5, 4, 3, 2, 2]
PARTITIONS = 4096
SAMPLE = 400_000
# Bytes of a row with its key, index entries and header, for 250 records an account of 700 bytes each.
RECORD_BYTES = 700 + 16 + 16 + 32 + 8 * 4 + 80
COMMIT_BYTES = 400 + 16 + 8 + 32 + 32 + 60
AUDIT_BYTES = 16 + 8 + 8 + 120 + 64 + 60
ACCOUNT_BYTES = 2_500 + 400 + 3 * 180
RECORDS = 250
DEVICES = 3
PUSHES_A_DAY = 1.5     # the mean of an account; each is one commit and one audit line
LOGINS_A_DAY = 3.0     # tokens: one ticket written and swept, one audit line
PULLS_A_DAY = DEVICES * 8.0


def activity(rng):
    """Heavy-tailed with mean 1: a few accounts are shared by scripts and push all day."""
    sigma = 1.5
    return rng.lognormvariate(-sigma * sigma / 2, sigma)


def simulate(accounts, rng):
    sample = min(accounts, SAMPLE)
    scale = accounts / sample
    load = [0.0] * PARTITIONS
    for _ in range(sample):
        load[rng.randrange(PARTITIONS)] += activity(rng)
    # A partition holds accounts / 4096: its own spread is that of the whole, not of the sample.
    mean = sum(load) / PARTITIONS
    spread = math.sqrt(sum((one - mean) ** 2 for one in load) / PARTITIONS) / mean / math.sqrt(scale)
    busiest_hour = max(HOURS) / sum(HOURS)
    return busiest_hour / 3600, 1 + 4 * spread


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pushes-per-second", type=float, required=True)
    parser.add_argument("--accounts", type=int, default=10_000_000)
    parser.add_argument("--databases-at", type=float, default=0.5, help="share of its capacity")
    parser.add_argument("--years", type=float, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rng = random.Random(given.seed)
    per_second, hot = simulate(given.accounts, rng)
    pushes = given.accounts * PUSHES_A_DAY * per_second
    tickets = given.accounts * LOGINS_A_DAY * per_second
    pulls = given.accounts * PULLS_A_DAY * per_second
    # A ticket with its audit line costs about half a push's statements, and the same flush.
    writes = pushes + tickets / 2
    days = given.years * 365
    stored = given.accounts * (ACCOUNT_BYTES + RECORDS * RECORD_BYTES
                               + days * PUSHES_A_DAY * COMMIT_BYTES
                               + days * (PUSHES_A_DAY + LOGINS_A_DAY) * AUDIT_BYTES)
    databases = math.ceil(writes * hot / (given.pushes_per_second * given.databases_at))
    figures = {
        "accounts": given.accounts,
        "pushes a second, busiest hour": round(pushes),
        "tokens a second, busiest hour": round(tickets),
        "pulls a second, busiest hour": round(pulls),
        "hottest partition over the mean": round(hot, 2),
        "databases for the writes": databases,
        "terabytes after the years": round(stored / 1e12, 1),
        "databases of two terabytes": math.ceil(stored / 2e12),
    }
    if given.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:34} {value:>12,}")


if __name__ == "__main__":
    main()
