package io.gatun.isolator.filesystem;

import io.gatun.ffm.Fd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import io.gatun.isolator.Volume;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code filesystem/posix}: the host's files, nothing mounted. A volume of the host is a symbolic link in the sandbox,
 * as Mesos makes it for persistent volumes; whatever a link cannot do is refused.
 */
public final class PosixFilesystemIsolator implements Isolator {
    private static final String RULE =
            ": filesystem/posix only links host paths into the sandbox; use filesystem/linux";

    @Override
    public List<String> problems(LaunchContext launch) {
        Filesystem filesystem = launch.config().filesystem();
        List<String> problems = new ArrayList<>();
        filesystem.image().ifPresent(image -> problems.add("filesystem.image=" + image.name() + RULE));
        if (filesystem.isolated()) {
            problems.add("filesystem.root=" + filesystem.root() + RULE);
        }
        for (Volume volume : filesystem.volumes()) {
            if (!(volume.source() instanceof Volume.HostPath)) {
                problems.add("volume.source=" + volume.source() + RULE);
            }
            if (volume.containerPath().contains("/")) {
                problems.add("volume.containerPath=" + volume.containerPath() + RULE + ", or a single relative name");
            }
            if (volume.readOnly()) {
                problems.add("volume.readOnly=true" + RULE);
            }
        }
        return problems;
    }

    @Override
    public List<Row> rows(LaunchContext launch) {
        List<Row> rows = new ArrayList<>();
        Filesystem filesystem = launch.config().filesystem();
        for (Volume volume : filesystem.volumes()) {
            if (volume.source() instanceof Volume.HostPath host) {
                rows.add(link(host.path(), launch.config().sandbox().resolve(volume.containerPath())));
            }
        }
        filesystem
                .workingDirectory()
                .map(Calls::enter)
                .ifPresent(records -> records.forEach(record -> rows.add(new Row.InChild(Phase.FILES, record))));
        return rows;
    }

    private static Row link(Path target, Path link) {
        return new Row.InChild(
                Phase.MOUNT,
                SyscallRecord.of(
                        Syscall.SYMLINKAT,
                        link.toString(),
                        Operand.text(target.toString()),
                        Operand.named(Fd.AT_FDCWD, "AT_FDCWD"),
                        Operand.text(link.toString())));
    }
}
