package io.gatun.isolator.template;

import io.gatun.ffm.Arch;
import io.gatun.isolator.CgroupFeatures;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Cpuset;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Host;
import io.gatun.isolator.IdMapping;
import io.gatun.isolator.Identity;
import io.gatun.isolator.IoConfig;
import io.gatun.isolator.IoLimit;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.NamespaceConfig;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.NumberSet;
import io.gatun.isolator.Privileges;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.security.Capability;
import io.gatun.isolator.security.Device;
import io.gatun.isolator.security.KernelRights;
import io.gatun.isolator.security.Rlimit;
import io.gatun.isolator.security.SecurityPolicy;
import io.gatun.isolator.security.seccomp.KernelVersion;
import io.gatun.isolator.selection.Isolators;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Containers that are quite different from each other, and others that differ from one of them in names only. */
record Kind(String name, Isolators isolators, LaunchContext launch) {
    private static final Set<Namespace> ALL =
            EnumSet.of(Namespace.PID, Namespace.MOUNT, Namespace.IPC, Namespace.UTS, Namespace.CGROUP);
    private static final CgroupFeatures FEATURES = new CgroupFeatures(
            Set.of("memory.swap.max", "memory.memsw.limit_in_bytes", "io.max", "io.weight", "hugetlb.2MB.max"),
            NumberSet.parse("", "0-3"),
            NumberSet.parse("", "0"));
    private static final CgroupHost UNIFIED = new CgroupHost(
            "gatun",
            Optional.of(Path.of("/sys/fs/cgroup")),
            Set.of("cpu", "memory", "pids", "io", "cpuset", "hugetlb", "devices"),
            Map.of(),
            FEATURES);
    private static final CgroupHost HYBRID = new CgroupHost(
            "gatun",
            Optional.of(Path.of("/sys/fs/cgroup/unified")),
            Set.of(),
            Map.of(
                    "cpu", Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                    "cpuacct", Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                    "memory", Path.of("/sys/fs/cgroup/memory"),
                    "pids", Path.of("/sys/fs/cgroup/pids"),
                    "devices", Path.of("/sys/fs/cgroup/devices")),
            FEATURES);
    private static final SecurityPolicy SECURITY =
            SecurityPolicy.standard(new KernelRights(new KernelVersion(6, 1), 40, Capability.ALL));
    private static final Limits MODEST = new Limits(1.5, 256L << 20, 100);
    private static final Limits MANY = MODEST.withIo(List.of(new IoLimit("8:0", 0, 1 << 20, 0, 0)), 50)
            .with(Cpuset.parse("1", ""))
            .withHugetlbBytes(Map.of("2MB", 0L));
    private static final Privileges ASKED = Privileges.DEFAULT
            .withCapabilities(
                    Optional.of(Set.of(Capability.NET_BIND_SERVICE)), Optional.of(Set.of(Capability.NET_BIND_SERVICE)))
            .withDevices(List.of(new Device("/dev/net/tun", false, 10, 200, "rw", 0666, 0, 0)))
            .withRlimits(List.of(new Rlimit(Rlimit.Type.NOFILE, 1024, 4096)))
            .withGroups(List.of("audio"));
    private static final Filesystem OWN = Filesystem.DEFAULT.with(new RootFs.Directory(Path.of("/images/web")));
    private static final ContainerConfig PLAIN = config("web-1");
    private static final Identity WWW = new Identity(33, 33, List.of(33, 100));

    static final Host ROOT = host(0, UNIFIED, ALL);

    private static Host host(int uid, CgroupHost cgroups, Set<Namespace> namespaces) {
        return new Host(Arch.X86_64, uid, uid, namespaces, true, cgroups);
    }

    /** Nothing out of the ordinary: the host's files, a program with a slash. */
    static ContainerConfig config(String id) {
        return new ContainerConfig(
                id,
                List.of("/bin/httpd", "-f"),
                Map.of("PATH", "/usr/local/bin:/bin", "A", "b"),
                Path.of("/sandboxes/" + id),
                Optional.empty(),
                MODEST,
                Path.of("/sandboxes/" + id + "/stdout"),
                Path.of("/sandboxes/" + id + "/stderr"));
    }

    private static Kind of(String name, Host host, ContainerConfig config) {
        Isolators isolators = Isolators.parse("cgroups/all,namespaces/pid,namespaces/ipc,namespaces/user"
                + ",filesystem/linux,linux/capabilities,linux/seccomp,linux/nnp,linux/devices,posix/rlimits");
        return of(name, host, config, isolators);
    }

    private static Kind of(String name, Host host, ContainerConfig config, Isolators isolators) {
        Host selected = isolators.select(host);
        return new Kind(
                name,
                isolators,
                new LaunchContext(
                        config,
                        selected,
                        config.user().map(_ -> WWW),
                        Path.of("/run/gatun/" + config.id()),
                        SECURITY.confine(config, selected, isolators.names())));
    }

    static Kind plain() {
        return of("plain", ROOT, PLAIN);
    }

    static Stream<Kind> all() {
        Set<Namespace> rootless = EnumSet.copyOf(ALL);
        rootless.add(Namespace.USER);
        ContainerConfig own = PLAIN.with(OWN).with(new NetworkConfig.None());
        return Stream.of(
                plain(),
                of("limits, v2", ROOT, PLAIN.with(MANY)),
                of("limits, v1 and v2", host(0, HYBRID, ALL), PLAIN.with(MANY)),
                of("no cgroups", host(0, CgroupHost.NONE, ALL), PLAIN),
                of("nothing allowed", host(1000, CgroupHost.NONE, Set.of()), PLAIN),
                of("no root", host(1000, CgroupHost.NONE, rootless), PLAIN),
                of("no root, own files", host(1000, CgroupHost.NONE, rootless), own),
                of("standard isolators", ROOT, PLAIN, Isolators.standard()),
                of("few isolators", ROOT, PLAIN, Isolators.parse("filesystem/posix")),
                of("own files", ROOT, own),
                of("own files, v1 and v2", host(0, HYBRID, ALL), own),
                of("own files on the host's network", ROOT, PLAIN.with(OWN)),
                of("own files on a bridge", ROOT, PLAIN.with(OWN).with(new NetworkConfig.Bridge(List.of()))),
                of("no network", ROOT, PLAIN.with(new NetworkConfig.None())),
                of("read-only", ROOT, own.with(readOnly(true))),
                of("nothing masked", ROOT, own.with(readOnly(false))),
                of("working directory", ROOT, own.with(OWN.withWorkingDirectory(Optional.of("/mnt/mesos/sandbox/a")))),
                of("user", ROOT, PLAIN.withUser(Optional.of("www"))),
                of("user, own files", ROOT, own.withUser(Optional.of("www"))),
                of(
                        "ids of its own",
                        ROOT,
                        own.with(NamespaceConfig.DEFAULT.with(Optional.of(new IdMapping(100_000, 65_536))))),
                of("privileges", ROOT, own.with(ASKED).withUser(Optional.of("www"))),
                of("all privileges", ROOT, own.with(Privileges.all())),
                of("host name", ROOT, PLAIN.with(new NamespaceConfig(Optional.of("front"), false, 0))),
                of("shared process ids", ROOT, PLAIN.with(new NamespaceConfig(Optional.empty(), true, 1 << 20))),
                of("larger shared memory", ROOT, own.with(new NamespaceConfig(Optional.empty(), false, 1L << 30))),
                of("shared IPC", ROOT, own.with(NamespaceConfig.DEFAULT.with(NamespaceConfig.IpcMode.SHARE_PARENT))),
                of("terminal", ROOT, own.with(new IoConfig(Optional.of(new IoConfig.Terminal(24, 80)), false))),
                of("piped input", ROOT, PLAIN.with(new IoConfig(Optional.empty(), true))),
                of("bounded output", ROOT, PLAIN.with(IoConfig.DEFAULT.with(new IoConfig.Rotation(4096, 2)))),
                of(
                        "one bounded output",
                        ROOT,
                        oneOutput(PLAIN).with(IoConfig.DEFAULT.with(new IoConfig.Rotation(4096, 2)))),
                of("one output", ROOT, oneOutput(PLAIN)),
                of("program in PATH", ROOT, PLAIN.withArgv(List.of("httpd", "-f"))),
                of("program alone", ROOT, PLAIN.withArgv(List.of("httpd"))),
                of(
                        "program without PATH",
                        ROOT,
                        PLAIN.withArgv(List.of("httpd")).withEnvironment(Map.of("A", "b"))),
                of("secrets", ROOT, PLAIN.withSecrets(Set.of("A"))));
    }

    private static Filesystem readOnly(boolean masked) {
        return new Filesystem(Optional.empty(), OWN.root(), Optional.empty(), true, List.of(), 0, masked);
    }

    static ContainerConfig oneOutput(ContainerConfig config) {
        return named(config, config.id(), config.argv(), config.environment(), config.stdout());
    }

    /** The same but for names. */
    static ContainerConfig named(
            ContainerConfig like, String id, List<String> argv, Map<String, String> environment, Path stderr) {
        return new ContainerConfig(
                id,
                like.parent(),
                argv,
                environment,
                Path.of("/sandboxes/" + id),
                like.user(),
                like.limits(),
                Path.of("/sandboxes/" + id + "/stdout"),
                stderr,
                like.io(),
                like.filesystem(),
                like.namespaces(),
                like.privileges(),
                like.network(),
                like.engine(),
                like.secrets());
    }

    /** The launch of another container here. */
    LaunchContext launch(ContainerConfig config) {
        return new LaunchContext(
                config, launch.host(), launch.identity(), Path.of("/run/gatun/" + config.id()), launch.confinement());
    }

    /** Launches of containers of this kind. */
    Stream<LaunchContext> others() {
        ContainerConfig config = launch.config();
        String program = config.argv().getFirst();
        // Looked up in PATH, it is of another kind with another PATH.
        Map<String, String> least = config.environment().containsKey("PATH") && program.indexOf('/') < 0
                ? Map.of("PATH", config.environment().get("PATH"))
                : Map.of();
        return Stream.of(
                        like("b", List.of(program), least),
                        like("x".repeat(70), List.of(program, "", "\u00fc x", "-v"), config.environment()),
                        like("task_1__of_a-", config.argv(), config.environment()),
                        like("__", List.of(program, "-f", "-f"), with(least, "Z", "1 = 2")),
                        like(
                                "0b5e9f2a-7a3c-4c3e-9d0e-1f2a3b4c5d6e",
                                List.of(program, "_GATUN-ID_"),
                                with(least, "B", "")),
                        like(
                                "_GATUN-ID_",
                                List.of(program, "_GATUN-ARGUMENTS_"),
                                with(least, "_GATUN-ENVIRONMENT_", "")))
                .map(this::launch);
    }

    private static Map<String, String> with(Map<String, String> environment, String name, String value) {
        Map<String, String> more = new java.util.LinkedHashMap<>(environment);
        more.put(name, value);
        return more;
    }

    private ContainerConfig like(String id, List<String> argv, Map<String, String> environment) {
        boolean one = launch.config().stdout().equals(launch.config().stderr());
        return named(
                launch.config(),
                id,
                argv,
                environment,
                Path.of("/sandboxes/" + id + (one ? "/stdout" : "/elsewhere/err")));
    }

    @Override
    public String toString() {
        return name;
    }
}
