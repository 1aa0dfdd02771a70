package io.gatun.isolator.filesystem;

import io.gatun.isolator.Filesystem;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Why a container's files cannot be had, before anything is made. */
final class FilesystemProblems {
    private final LaunchContext launch;
    private final HostFiles files;
    private final List<String> problems = new ArrayList<>();

    private FilesystemProblems(LaunchContext launch, HostFiles files) {
        this.launch = launch;
        this.files = files;
    }

    /** Those that no change of files would mend. */
    static List<String> of(LaunchContext launch) {
        FilesystemProblems found = new FilesystemProblems(launch, HostFiles.REAL);
        found.forbidden();
        return found.problems;
    }

    /** What is not there. */
    static List<String> missing(LaunchContext launch, HostFiles files) {
        FilesystemProblems found = new FilesystemProblems(launch, files);
        found.missing();
        return found.problems;
    }

    private void forbidden() {
        Filesystem filesystem = launch.config().filesystem();
        boolean mounts = ownFiles() || !filesystem.volumes().isEmpty();
        if (mounts && !launch.host().has(Namespace.MOUNT)) {
            problems.add("filesystem=" + (ownFiles() ? "root" : "volumes")
                    + ": needs a mount namespace, which this host does not allow");
        }
        if (ownFiles() && !launch.host().proc()) {
            problems.add("filesystem.root: needs a /proc of its own, which this host does not allow");
        }
        for (Volume volume : filesystem.volumes()) {
            if (volume.propagation() == Volume.Propagation.BIDIRECTIONAL
                    && launch.host().has(Namespace.USER)) {
                problems.add("volume.propagation=BIDIRECTIONAL: the agent is not root, so nothing can reach the host");
            }
        }
    }

    private void missing() {
        Filesystem filesystem = launch.config().filesystem();
        switch (filesystem.root()) {
            case RootFs.Directory directory -> directory("filesystem.root.path", directory.path());
            case RootFs.Overlay overlay -> overlay("filesystem.root", overlay);
            case RootFs.Host _ -> {}
        }
        filesystem.volumes().forEach(this::volume);
    }

    /** Asked before an image is there, and again when it has become a root. */
    private boolean ownFiles() {
        Filesystem filesystem = launch.config().filesystem();
        return filesystem.isolated() || filesystem.image().isPresent();
    }

    private void directory(String field, Path path) {
        if (!files.isDirectory(path)) {
            problems.add(field + "=" + path + ": " + (files.exists(path) ? "must be a directory" : "does not exist"));
        }
    }

    private void overlay(String field, RootFs.Overlay overlay) {
        overlay.lower().forEach(layer -> directory(field + ".lower", layer));
        directory(field + ".upper", overlay.upper());
        directory(field + ".work", overlay.work());
    }

    private void volume(Volume volume) {
        Path path = Path.of(volume.containerPath());
        if (path.isAbsolute() && !ownFiles() && !files.exists(path)) {
            problems.add("volume.containerPath=" + path
                    + ": does not exist on the host, whose files a container without an image has");
        }
        switch (volume.source()) {
            case Volume.HostPath host -> {
                if (!files.exists(host.path())) {
                    problems.add("volume.hostPath=" + host.path() + ": does not exist");
                }
            }
            case Volume.SandboxPath sandbox ->
                sandbox.parent().ifPresent(parent -> directory("volume.sandboxPath.parent", parent));
            case Volume.ImageFiles image ->
                image.root().ifPresent(root -> {
                    if (root instanceof RootFs.Overlay overlay) {
                        overlay("volume.image", overlay);
                    } else if (root instanceof RootFs.Directory directory) {
                        directory("volume.image", directory.path());
                    }
                });
            case Volume.Secret _ -> {}
        }
    }
}
