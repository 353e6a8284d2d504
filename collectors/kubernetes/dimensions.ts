/** Dimensions of objects of a cluster, named as kube-state-metrics names its labels. */
export const cluster = { help: 'Cluster, by its name in the configuration.' };
export const namespace = { help: 'Namespace of the object.' };
export const pod = { help: 'Name of the pod.' };
export const container = { help: 'Name of the container.' };
export const node = { help: 'Name of the node.' };
export const resource = { help: 'What is counted: cpu, memory, pods …' };
export const unit = { help: 'In what it is counted: core, byte, integer.' };

/**
 * Series of one dataset that nobody's pods may have: those of the system, and all of them where no tenant is mapped.
 * 1,000 tenants of two pods with two metrics each are 4,000, twice over while everything is renamed by a rollout.
 */
export const MANY = 20_000;
