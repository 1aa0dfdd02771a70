package io.gatun.isolator.filesystem;

import static io.gatun.isolator.filesystem.FilesystemIsolator.SANDBOX_SOURCE;

import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Host;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.NamespaceConfig;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import io.gatun.isolator.Volume;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is put into a container's own root, once its child has entered it: places to mount on, /dev, /sys, /proc, sandbox,
 * volumes. Any thread.
 */
final class Contents {
    private static final Path SANDBOX = Path.of(Filesystem.SANDBOX_DIRECTORY);

    private final HostFiles files;
    private final MaskedPaths masks;

    /** Those of the last container without volumes: one that follows often differs from it in names only. */
    private volatile Known last;

    Contents(HostFiles files) {
        this.files = files;
        this.masks = new MaskedPaths(files);
    }

    /** Rows, and all that they depend on. */
    private record Known(
            Host host,
            boolean hostNetwork,
            NamespaceConfig namespaces,
            Optional<String> workingDirectory,
            boolean readOnlyRoot,
            List<SyscallRecord> masked,
            List<Row> rows) {
        boolean areThoseOf(LaunchContext launch, List<SyscallRecord> masked) {
            Filesystem filesystem = launch.config().filesystem();
            return host.equals(launch.host())
                    && this.masked.equals(masked)
                    && hostNetwork == launch.config().network() instanceof NetworkConfig.Host
                    && readOnlyRoot == filesystem.readOnlyRoot()
                    && workingDirectory.equals(filesystem.workingDirectory())
                    && namespaces.equals(launch.config().namespaces());
        }
    }

    /** The rows, in order. */
    List<Row> rows(LaunchContext launch) {
        Filesystem filesystem = launch.config().filesystem();
        List<SyscallRecord> masked = masked(launch);
        if (!filesystem.volumes().isEmpty() || launch.config().parent().isPresent()) {
            return made(launch, masked);
        }
        Known known = last;
        if (known == null || !known.areThoseOf(launch, masked)) {
            known = new Known(
                    launch.host(),
                    launch.config().network() instanceof NetworkConfig.Host,
                    launch.config().namespaces(),
                    filesystem.workingDirectory(),
                    filesystem.readOnlyRoot(),
                    masked,
                    List.copyOf(made(launch, masked)));
            last = known;
        }
        return known.rows();
    }

    /** What hides parts of /proc and /sys on this host; the same list while nothing changes. */
    List<SyscallRecord> masked(LaunchContext launch) {
        Filesystem filesystem = launch.config().filesystem();
        return filesystem.isolated() && filesystem.masked() ? masks.records() : List.of();
    }

    private List<Row> made(LaunchContext launch, List<SyscallRecord> masked) {
        List<SyscallRecord> places = new ArrayList<>();
        List<SyscallRecord> devices = new ArrayList<>();
        List<SyscallRecord> inside = new ArrayList<>();
        makePlaces(places, launch.config().filesystem());
        DeviceFiles.mount(devices, launch);
        fill(inside, launch, masked);
        List<Row> rows = new ArrayList<>();
        places.forEach(record -> rows.add(new Row.InChild(Phase.PLACES, record)));
        devices.forEach(record -> rows.add(new Row.InChild(Phase.DEVICES, record)));
        inside.forEach(record -> rows.add(new Row.InChild(Phase.FILES, record)));
        return rows;
    }

    /** While no /proc is there. */
    private void makePlaces(List<SyscallRecord> places, Filesystem filesystem) {
        Targets targets = new Targets(places);
        targets.mounted(DeviceFiles.DIRECTORY);
        targets.mounted(SANDBOX);
        targets.make(SANDBOX, false);
        for (Volume volume : filesystem.volumes()) {
            Path path = target(volume);
            if (!targets.isBelowAMount(path)) {
                targets.make(path, isFile(volume));
            }
            targets.mounted(path);
        }
        workingDirectory(filesystem)
                .filter(path -> !targets.isBelowAMount(path))
                .ifPresent(path -> targets.make(path, false));
        List.of("/dev", "/sys", "/proc").forEach(path -> places.add(Calls.makeDirectory(path)));
    }

    private void fill(List<SyscallRecord> inside, LaunchContext launch, List<SyscallRecord> masked) {
        Filesystem filesystem = launch.config().filesystem();
        StandardMounts.mountSys(inside, launch);
        StandardMounts.mountProc(inside, launch);
        Targets targets = new Targets(inside);
        targets.mounted(DeviceFiles.DIRECTORY);
        targets.mounted(SANDBOX);
        targets.attach(SANDBOX_SOURCE, SANDBOX, "sandbox_target");
        attach(targets, filesystem.volumes());
        workingDirectory(filesystem)
                .filter(targets::isBelowAMount)
                .ifPresent(path -> targets.makeBelowMount(path, false, "cwd"));
        inside.addAll(masked);
        if (filesystem.readOnlyRoot()) {
            inside.add(Calls.makeReadOnly("/"));
        }
        inside.addAll(Calls.enter(filesystem.workingDirectory().orElse(Filesystem.SANDBOX_DIRECTORY)));
    }

    private static Optional<Path> workingDirectory(Filesystem filesystem) {
        return filesystem.workingDirectory().map(Path::of).map(Path::normalize).filter(path -> path.getNameCount() > 0);
    }

    private void attach(Targets targets, List<Volume> volumes) {
        for (int i = 0; i < volumes.size(); i++) {
            Path path = target(volumes.get(i));
            String name = "target_" + i;
            if (targets.isBelowAMount(path)) {
                targets.makeBelowMount(path, isFile(volumes.get(i)), name);
            }
            targets.attach(Sources.name(i), path, name);
            targets.mounted(path);
        }
    }

    private static Path target(Volume volume) {
        return SANDBOX.resolve(volume.containerPath()).normalize();
    }

    /** Whether what a volume holds is one file. */
    boolean isFile(Volume volume) {
        return switch (volume.source()) {
            case Volume.HostPath host -> !files.isDirectory(host.path());
            case Volume.Secret _ -> true;
            case Volume.SandboxPath _, Volume.ImageFiles _ -> false;
        };
    }
}
