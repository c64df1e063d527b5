"""Makes taxi.csv: taxi rides that never happened, for the CSV recipes.

The fare follows a known rule with some noise, so that it is known what a model can reach: the noise has a
standard deviation of 1.5. Some cells are empty and two columns hold words, as in real files.

    python recipes/data/make_taxi.py > recipes/data/taxi.csv
"""

import random

random.seed(2026)
print("distance_km,minutes,hour,zone,passengers,paid_by,fare")
for _ in range(1200):
    distance = random.lognormvariate(1.3, 0.6)
    hour = random.randrange(24)
    rush = hour in (7, 8, 16, 17, 18)
    minutes = distance * random.uniform(2.0, 3.0) * (1.5 if rush else 1.0) + 2.0
    zone = random.choices(["centre", "suburb", "airport"], [6, 3, 1])[0]
    passengers = random.choices([1, 2, 3, 4], [70, 20, 6, 4])[0]
    paid_by = random.choice(["card", "cash"])
    fare = 3.5 + 1.6 * distance + 0.3 * minutes
    fare += {"centre": 0.0, "suburb": 1.0, "airport": 9.0}[zone]
    fare += 2.5 if hour >= 22 or hour < 6 else 0.0
    fare += random.gauss(0.0, 1.5)
    minutes_cell = "" if random.random() < 0.04 else f"{minutes:.1f}"
    passengers_cell = "" if random.random() < 0.02 else str(passengers)
    print(f"{distance:.2f},{minutes_cell},{hour},{zone},{passengers_cell},{paid_by},{max(fare, 3.0):.2f}")
