"""EC2 tells the cores of each instance; moto's instances do not."""

from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ec2.models.instances import Instance


def cpu_options(self):
    cpu = INSTANCE_TYPES[self.instance_type]["VCpuInfo"]
    return {"CoreCount": cpu["DefaultCores"], "ThreadsPerCore": cpu["DefaultThreadsPerCore"]}


Instance.cpu_options = property(cpu_options)
