package io.gatun.isolator.filesystem;

import static io.gatun.ffm.mount.Mount.MS_BIND;

import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.HostReader;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Phase;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Row;
import io.gatun.isolator.Volume;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code filesystem/linux}: the container's root and volumes, mounted by the child in its own mount namespace, so that
 * they need no removal. First everything of the host is opened that the container is to see, then the root is entered
 * and the host's files are let go, and only then things are attached: from there on no name can lead to the host.
 */
public final class FilesystemIsolator implements HostReader {
    /** A directory of the container's runtime directory that the child mounts on, in its own namespace only. */
    public static final String MOUNT_POINT = "mnt";

    /** The descriptor of the sandbox. */
    static final String SANDBOX_SOURCE = "sandbox";

    private final HostFiles files;
    private final Contents contents;

    /** Plans for this host's files. */
    public FilesystemIsolator() {
        this(HostFiles.REAL);
    }

    /** Plans for files that a test makes up. */
    public FilesystemIsolator(HostFiles files) {
        this.files = files;
        this.contents = new Contents(files);
    }

    @Override
    public List<String> problems(LaunchContext launch) {
        return FilesystemProblems.of(launch);
    }

    @Override
    public List<String> missing(LaunchContext launch) {
        return FilesystemProblems.missing(launch, files);
    }

    @Override
    public Object found(LaunchContext launch) {
        return contents.masked(launch);
    }

    @Override
    public List<Row> rows(LaunchContext launch) {
        Filesystem filesystem = launch.config().filesystem();
        List<Row> rows = new ArrayList<>();
        Path staging = launch.runtime().resolve(MOUNT_POINT);
        Sources sources = new Sources(launch, staging);
        List<SyscallRecord> root = new ArrayList<>();
        List<SyscallRecord> inside = new ArrayList<>();
        for (int i = 0; i < filesystem.volumes().size(); i++) {
            sources.open(i, filesystem.volumes().get(i));
        }
        sources.tidy();
        if (filesystem.isolated()) {
            open(sources, launch);
            Entering.rows(launch, sources).forEach(record -> rows.add(new Row.InMadeMounts(record)));
            mountRoot(sources, launch, staging);
            pivot(root, staging);
        } else {
            ParentMounts.open(sources.records, launch);
            ParentMounts.attachOnHost(inside, launch);
            onHost(inside, launch);
            filesystem.workingDirectory().map(Calls::enter).ifPresent(inside::addAll);
        }
        if (filesystem.isolated() || sources.staged) {
            rows.add(new Row.Directory(staging));
        }
        rows.addAll(sources.agent);
        sources.shared.forEach(record -> rows.add(new Row.InChild(Phase.JOIN, record)));
        sources.records.forEach(record -> rows.add(new Row.InChild(Phase.MOUNT, record)));
        root.forEach(record -> rows.add(new Row.InChild(Phase.ROOT, record)));
        inside.forEach(record -> rows.add(new Row.InChild(Phase.FILES, record)));
        if (filesystem.isolated()) {
            rows.addAll(contents.rows(launch));
        }
        return rows;
    }

    private static void open(Sources sources, LaunchContext launch) {
        List<SyscallRecord> before = sources.records;
        before.add(Calls.openTree(launch.config().sandbox().toString(), true, SANDBOX_SOURCE));
        DeviceFiles.open(before, launch);
        SharedMemory.open(before, launch);
        ParentMounts.open(before, launch);
        StandardMounts.open(before, launch);
    }

    private static void mountRoot(Sources sources, LaunchContext launch, Path staging) {
        switch (launch.config().filesystem().root()) {
            case RootFs.Directory directory -> bind(sources.records, launch, directory.path(), staging);
            case RootFs.Overlay overlay ->
                Overlays.mount(sources.agent, sources.records, launch, overlay, staging, "root");
            case RootFs.Host _ -> throw new IllegalStateException("the host's files are not isolated");
        }
    }

    private static void bind(List<SyscallRecord> records, LaunchContext launch, Path source, Path staging) {
        if (launch.config().namespaces().ids().isEmpty()) {
            records.add(Calls.mount(source.toString(), staging.toString(), null, MS_BIND, null));
            return;
        }
        records.add(Calls.openTree(source.toString(), false, "root"));
        records.add(Calls.mapOwners("root", new Operand.Bound(Overlays.USERNS), false, source.toString()));
        records.add(Calls.attachAt("root", staging.toString()));
    }

    /** The old root is stacked on the new one, and taken off: no directory is needed to put it; pivot_root(2), NOTES. */
    private static void pivot(List<SyscallRecord> root, Path staging) {
        root.add(Calls.changeDirectory(staging.toString()));
        root.add(SyscallRecord.of(Syscall.PIVOT_ROOT, staging.toString(), Operand.text("."), Operand.text(".")));
        root.add(Calls.unmount("."));
    }

    private void onHost(List<SyscallRecord> root, LaunchContext launch) {
        Targets targets = new Targets(root);
        List<Volume> volumes = launch.config().filesystem().volumes();
        Path sandbox = launch.config().sandbox();
        boolean opened = false;
        for (int i = 0; i < volumes.size(); i++) {
            Volume volume = volumes.get(i);
            Path path = Path.of(volume.containerPath());
            String name = "target_" + i;
            if (path.isAbsolute()) {
                targets.attachOnHost(Sources.name(i), path, name);
                continue;
            }
            if (!opened) {
                root.add(Calls.directory(sandbox.toString(), SANDBOX_SOURCE));
                opened = true;
            }
            targets.makeBeneath(SANDBOX_SOURCE, path, contents.isFile(volume), name);
            targets.attachBeneath(Sources.name(i), SANDBOX_SOURCE, path, name);
        }
    }
}
