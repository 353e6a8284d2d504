"""RDS DescribeAccountAttributes: what the account has and may have, counted from moto's own instances."""

from moto.core.responses import ActionResult
from moto.rds.responses import RDSResponse


def describe_account_attributes(self):
    instances = list(self.backend.describe_db_instances())
    snapshots = list(self.backend.describe_db_snapshots(None, None))
    used = {
        "DBInstances": (len(instances), 40),
        "AllocatedStorage": (sum(int(each.allocated_storage or 0) for each in instances), 100000),
        "ManualSnapshots": (len(snapshots), 100),
        "ReservedDBInstances": (0, 40),
    }
    return ActionResult(
        {
            "AccountQuotas": [
                {"AccountQuotaName": name, "Used": count, "Max": limit} for name, (count, limit) in used.items()
            ]
        }
    )


RDSResponse.describe_account_attributes = describe_account_attributes
