import { existsSync, lstatSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** What a program sees, and what it may use. */
export interface SandboxRequest {
  /** Empty, of this run alone. */
  readonly root: string;
  /** The copy of its files, and its working folder inside. */
  readonly folder: string;
  readonly argv: readonly string[];
  /** The PATH that it sees. */
  readonly path: string;
  /** Folders of its interpreter, beside those of the system. */
  readonly folders: readonly string[];
  /** Never seen, even where it lies in a folder of the system. */
  readonly hidden: string;
  readonly memoryMib: number;
}

/** Where a Linux system keeps programs and libraries, and the few settings that these read. */
const systemFolders = [
  "/usr",
  "/bin",
  "/sbin",
  "/lib",
  "/lib32",
  "/lib64",
  "/libx32",
  "/etc/alternatives",
  "/etc/R",
];
const systemFiles = ["/etc/ld.so.cache"];

/**
 * The words that run a program without network on Linux: in namespaces of its own for network, processes, mounts and
 * users, in a root that holds the system's programs and the copy of its files, both read-only, and an empty /tmp.
 *
 * File descriptor 3 gets one line when all of it stands and the network is seen to be gone; what comes before it on the
 * error stream is the sandbox's. Nothing is run where a step fails. Its processes end with the one that starts it.
 */
export function sandboxed(request: SandboxRequest): readonly string[] {
  const { root, argv, path, memoryMib } = request;
  const steps = [
    ...rootSteps(request),
    "ulimit -c 0",
    `ulimit -d ${memoryMib * 1024}`,
    `left() { echo "the sandbox still has a network" >&2; exit 1; }`,
    `test "$(readlink /proc/self/ns/net)" != ${word(readlinkSync("/proc/self/ns/net"))} || left`,
    'test "$(grep -c : /proc/self/net/dev)" = 1 || left',
    "grep -q '^ *lo:' /proc/self/net/dev || left",
    "echo ready >&3",
  ];
  const script = `set -e\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\nR=${word(root)}\n${steps.join("\n")}\n${enter}`;
  return [...alone, "sh", "-c", script, path, ...argv];
}

/** Builds what the program sees under the root, and makes all of it but /tmp read-only. */
function rootSteps({ root, folder, folders, hidden }: SandboxRequest): readonly string[] {
  const system = systemFolders.filter(existsSync);
  const links = system.filter((each) => lstatSync(each).isSymbolicLink());
  const bound = system.filter((each) => !links.includes(each));
  const own = folders.filter((each) => !system.some((one) => `${each}/`.startsWith(`${one}/`)));
  const isMasked = bound.some((each) => hidden.startsWith(join(each, "/")));
  return [
    `mount -t tmpfs -o size=16m,mode=755 none ${word(root)}`,
    ...links.map((link) => `ln -s ${word(readlinkSync(link))} ${inside(link)}`),
    ...bound.flatMap((each) => bindFolder(each)),
    ...systemFiles.filter(existsSync).flatMap((file) => [...bindFile(file), readOnly(inside(file))]),
    ...(isMasked ? [`mount -t tmpfs -o size=16m none ${inside(hidden)}`] : []),
    ...own.flatMap((each) => bindFolder(each)),
    ...["null", "zero", "random", "urandom"].flatMap((device) => bindFile(`/dev/${device}`)),
    ...bindFolder(folder, "/model"),
    ...mountsUnder([...bound, ...own]).map((each) => readOnly(inside(each))),
    `mkdir ${inside("/tmp")} ${inside("/proc")}`,
    `mount -t tmpfs -o size=256m,mode=1777 none ${inside("/tmp")}`,
    // Read-only, since root may else set the kernel's own settings; left out where a container forbids it.
    `{ mount -t proc -o ro,nosuid,nodev,noexec none ${inside("/proc")} 2>/dev/null || true; }`,
    readOnly(word(root)),
  ];
}

function inside(place: string): string {
  return `"$R"${word(place)}`;
}

function bindFolder(from: string, to = from): string[] {
  const place = inside(to);
  return [`mkdir -p ${place}`, `mount --rbind ${word(from)} ${place}`, readOnly(place)];
}

function bindFile(file: string): string[] {
  const place = inside(file);
  return [`mkdir -p "$(dirname ${place})"`, `: >${place}`, `mount --bind ${word(file)} ${place}`];
}

function readOnly(place: string): string {
  return `mount -o remount,bind,ro ${place}`;
}

/** Namespaces, and an end with the process that asked for them. */
const alone = [
  ...["setpriv", "--pdeathsig", "KILL", "--"],
  ...["unshare", "--user", "--map-root-user", "--net", "--pid", "--ipc", "--uts", "--mount"],
  ...["--fork", "--kill-child", "--"],
];

/** Without any right in the namespaces and without a way to new ones, into the root, and the program begins. */
const enter =
  `exec chroot "$R" setpriv --no-new-privs --bounding-set=-all --inh-caps=-all -- ` +
  `/bin/sh -c 'exec 3>&-; cd /model && exec env -i PATH="$0" TZ=UTC LC_ALL=C "$@"' "$0" "$@"`;

/** Mounts below these folders, which stay writable when only their parent is made read-only. */
function mountsUnder(folders: readonly string[]): string[] {
  const points = readFileSync("/proc/self/mountinfo", "utf8")
    .trimEnd()
    .split("\n")
    .map((line) =>
      line
        .split(" ")[4]!
        .replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))),
    );
  return [...new Set(points)].filter((point) =>
    folders.some((folder) => point.startsWith(join(folder, "/"))),
  );
}

/** One word of a shell's line, whatever it holds. */
function word(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
