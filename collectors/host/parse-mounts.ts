import { linesOf, malformed, wordsOf } from './parse-number.ts';

export interface Mount {
  readonly device: string;
  readonly mountpoint: string;
  readonly fstype: string;
  readonly readonly: boolean;
}

/** File systems that hold no data of anybody: node_exporter leaves out the same. */
const PSEUDO = new Set(
  (
    'autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs fusectl hugetlbfs iso9660 mqueue ' +
    'nsfs overlay proc procfs pstore ramfs rpc_pipefs securityfs selinuxfs squashfs erofs sysfs tracefs'
  ).split(' '),
);
const UNSEEN =
  /^\/(dev|proc|sys|run\/credentials\/.+|run\/user\/.+|var\/lib\/(docker|containerd|kubelet)\/.+|var\/lib\/containers\/storage\/.+)($|\/)/;

/** /proc/self/mounts: device, place, kind, options; blanks are written `\040`. Source: fstab(5). @throws Failure `malformed` */
export function parseMounts(text: string, file: string): Mount[] {
  return linesOf(text).map((line) => {
    const [device, mountpoint, fstype, options] = wordsOf(line);
    if (device === undefined || mountpoint === undefined || fstype === undefined || options === undefined)
      throw malformed(file, line);
    return {
      device: unescape(device),
      mountpoint: unescape(mountpoint),
      fstype,
      readonly: options.split(',').includes('ro'),
    };
  });
}

/** The mounts whose room matters, each place once: what was mounted over another hides it. */
export function meaningfulMounts(mounts: readonly Mount[]): Mount[] {
  const visible = new Map(mounts.map((mount) => [mount.mountpoint, mount]));
  return [...visible.values()].filter(
    // The root of a container is an overlay; its room is that of the disk of the node.
    ({ mountpoint, fstype }) =>
      !UNSEEN.test(mountpoint) && (!PSEUDO.has(fstype) || (mountpoint === '/' && fstype === 'overlay')),
  );
}

/** Whether its data lie behind a network, which may never answer. */
export function isOnNetwork({ fstype }: Mount): boolean {
  return /^(nfs\d?|cifs|smb\d?|smbfs|ceph|glusterfs|9p|afs|fuse(\..+)?)$/.test(fstype);
}

function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}
