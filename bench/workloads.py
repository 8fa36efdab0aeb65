# SPDX-License-Identifier: Apache-2.0
"""What is measured. Each workload is a row: its load, what runs beside it, and the issue's target."""

from dataclasses import dataclass, field

CONTACTS = "/api/v1/contacts"
NEW = (
    '{"firstName":"Nora","lastName":"Neu {n}","email":"nora{n}@example.com","phone":"+49 30 123456",'
    '"jobTitle":"Engineer","lifecycleStage":"Lead"}'
)
GET = ("GET", CONTACTS + "/{id}", "")
LIST = ("GET", CONTACTS, "")
CREATE = ("POST", CONTACTS, NEW)
SIGN_IN = ("POST", "/api/v1/auth/login", '{"email":"nobody{n}@example.com","password":"Wrong-horse-1"}')
# No index helps: every row of the organisation is looked at.
SLOW_SEARCH = ("GET", CONTACTS + "?email[contains]=zz{n}", "")


@dataclass
class Workload:
    name: str
    steps: list  # (weight, method, path, body)
    org: str = "small"
    connections: int = 32
    delay_ms: int = 0
    beside: tuple = ()  # arguments of the other load: (org, steps, connections, delay in ms)
    target: int = 0  # requests a second
    against: dict = field(default_factory=dict)  # label → (workload, figure, bound: >= or <=)
    expects_errors: bool = False


def alone(step):
    return [(1, *step)]


def at_least(workload, bound, figure="rate"):
    return (workload, figure, ">=", bound)


def at_most(workload, bound, figure="p99"):
    return (workload, figure, "<=", bound)


# Reads that keep a pace well below the limit, so that their p99 tells of waiting, not of saturation.
PACED = {"connections": 16, "delay_ms": 20}

# Asked one at a time of the big organisation, by whoever may see all, their own, their team's.
SINGLE = {
    "default order": "",
    "page 400": "?page=400",
    "one company": "?companyId={company}",
    "one owner": "?ownerId={owner}",
    "a third of all": "?lifecycleStage=Customer",
    "none of all, no index": "?addressCity=Nowhere",
    "by name": "?sort=lastName",
    "by name, backwards": "?sort=-lastName",
    "search, common word": "?q=a",
    "search, name": "?q=anna",
    "search, nothing found": "?q=xyzzy",
    "name contains": "?lastName[contains]=abc",
    "e-mail contains, no index": "?email[contains]=abc",
    "last month": "?createdAt[gte]={month}",
}

WORKLOADS = [
    Workload("fixed body", alone(("GET", "/api/v1", ""))),
    Workload("health", alone(("GET", "/health", ""))),
    Workload("get", alone(GET), target=30000),
    Workload("get 1M", alone(GET), org="big", against={"to 20k": at_least("get", 0.8)}),
    Workload("list", alone(LIST), target=15000),
    Workload("list 1M", alone(LIST), org="big", target=15000, against={"to 20k": at_least("list", 0.8)}),
    Workload("list fields", alone(("GET", CONTACTS + "?fields=firstName,lastName,email,phone", "")), target=15000),
    Workload(
        "list fields 1M",
        alone(("GET", CONTACTS + "?fields=firstName,lastName,email,phone", "")),
        org="big",
        target=15000,
        against={"to 20k": at_least("list fields", 0.8)},
    ),
    Workload("list page 40", alone(("GET", CONTACTS + "?page=40", ""))),
    Workload("list page 40 1M", alone(("GET", CONTACTS + "?page=40", "")), org="big",
             against={"to 20k": at_least("list page 40", 0.8)}),
    Workload("list by name 1M", alone(("GET", CONTACTS + "?sort=lastName", "")), org="big"),
    Workload("search", alone(("GET", CONTACTS + "?q=anna", ""))),
    Workload("search 1M", alone(("GET", CONTACTS + "?q=anna", "")), org="big"),
    Workload("search rare 1M", alone(("GET", CONTACTS + "?q=xyzzy", "")), org="big"),
    Workload("create", alone(CREATE), target=5000),
    Workload("update", alone(("PATCH", CONTACTS + "/{id}", '{"jobTitle":"Engineer {n}"}'))),
    Workload("mixed 80/15/5", [(80, *GET), (15, *LIST), (5, *CREATE)]),
    Workload("list while 500/s write", alone(LIST), target=5000,
             beside=("small", alone(CREATE), 10, 19)),
    Workload("reads, calm", alone(GET), **PACED),
    Workload("reads, sign-in storm", alone(GET), **PACED, beside=("small", alone(SIGN_IN), 8, 0),
             against={"p99 to calm": at_most("reads, calm", 2)}),
    Workload("reads, slow searches", alone(GET), **PACED, beside=("big", alone(SLOW_SEARCH), 8, 0),
             against={"p99 to calm": at_most("reads, calm", 2)}),
]
