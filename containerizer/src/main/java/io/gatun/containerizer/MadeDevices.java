package io.gatun.containerizer;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.file.At;
import io.gatun.ffm.mount.NewMount;
import io.gatun.ffm.process.CloneArgs;
import io.gatun.isolator.filesystem.DeviceFiles;
import io.gatun.isolator.filesystem.FileSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A new IPC namespace and a /dev, whose message queues are those of that namespace: four mounts that are attached nowhere.
 * For a container of its own each, never for two.
 *
 * @param ipc the namespace, for the receiver to join
 * @param mounts in the order of {@link DeviceFiles#USUAL}
 */
record MadeDevices(OwnedFd ipc, List<OwnedFd> mounts) implements AheadPool.Held {
    private static final Path OWN = Path.of("/proc/thread-self/ns/ipc");

    static AheadPool<MadeDevices> pool() {
        return new AheadPool<>("gatun-device-pool", Maker::new);
    }

    @Override
    public void close() {
        ipc.close();
        mounts.forEach(OwnedFd::close);
    }

    private static final class Maker implements AheadPool.Maker<MadeDevices> {
        private static final int MODE = 0666;
        private static final int DIRECTORY_MODE = 0755;

        private final OwnedFd host = Fd.open(OWN, Fd.O_RDONLY, 0);

        /** Gives the thread a umask of its own, that modes of nodes come out as they are asked for. */
        Maker() {
            try {
                Errno.check(Syscall.UNSHARE.invoke(CloneArgs.CLONE_FS), "unshare", "CLONE_FS");
                Syscall.UMASK.invoke(0);
            } catch (RuntimeException e) {
                host.close();
                throw e;
            }
        }

        @Override
        public MadeDevices make() {
            Errno.check(Syscall.UNSHARE.invoke(CloneArgs.CLONE_NEWIPC), "unshare", "CLONE_NEWIPC");
            List<OwnedFd> made = new ArrayList<>();
            try {
                OwnedFd ipc = keep(made, Fd.open(OWN, Fd.O_RDONLY, 0));
                for (FileSystem wanted : DeviceFiles.USUAL) {
                    keep(made, NewMount.of(wanted.source(), wanted.type(), wanted.options(), wanted.attributes()));
                }
                List<OwnedFd> mounts = List.copyOf(made.subList(1, made.size()));
                fill(mounts.getFirst().fd());
                Errno.check(Syscall.SETNS.invoke(host.fd(), CloneArgs.CLONE_NEWIPC), "setns", "CLONE_NEWIPC");
                return new MadeDevices(ipc, mounts);
            } catch (RuntimeException e) {
                made.forEach(OwnedFd::close);
                throw e;
            }
        }

        private static OwnedFd keep(List<OwnedFd> made, OwnedFd next) {
            made.add(next);
            return next;
        }

        private static void fill(int directory) {
            for (DeviceFiles.Node node : DeviceFiles.NODES) {
                Errno.check(
                        At.tryMakeCharacterDevice(directory, node.name(), MODE, node.major(), node.minor()),
                        "mknodat",
                        "/dev/" + node.name());
            }
            for (DeviceFiles.Link link : DeviceFiles.LINKS) {
                Errno.check(At.trySymlink(link.target(), directory, link.name()), "symlinkat", "/dev/" + link.name());
            }
            for (FileSystem below : DeviceFiles.USUAL.subList(1, DeviceFiles.USUAL.size())) {
                String name = Path.of(below.target()).getFileName().toString();
                Errno.check(At.tryMkdir(directory, name, DIRECTORY_MODE), "mkdirat", below.target());
            }
        }

        @Override
        public void close() {
            host.close();
        }
    }
}
