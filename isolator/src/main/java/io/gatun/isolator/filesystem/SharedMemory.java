package io.gatun.isolator.filesystem;

import static io.gatun.ffm.mount.Mount.MS_NODEV;
import static io.gatun.ffm.mount.Mount.MS_NOEXEC;
import static io.gatun.ffm.mount.Mount.MS_NOSUID;

import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.NamespaceConfig;
import java.util.List;

/** /dev/shm; shm_overview(7). It goes with System V IPC: both are the container's own, or both somebody else's. */
public final class SharedMemory {
    static final String PATH = "/dev/shm";
    /** The name of a descriptor of somebody else's. */
    static final String SOURCE = "dev_shm";

    private SharedMemory() {}

    /** A tmpfs of the container's own. */
    public static SyscallRecord own(LaunchContext launch) {
        return own(launch.config().namespaces().sharedMemory(), Calls.owner(launch))
                .mount();
    }

    static FileSystem own(long bytes, String owner) {
        return new FileSystem(
                "shm", PATH, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=" + bytes + owner);
    }

    /** Whether it is a tmpfs of the container's own that belongs to root and has the usual size. */
    static boolean isUsual(LaunchContext launch) {
        NamespaceConfig namespaces = launch.config().namespaces();
        return isOwn(launch)
                && namespaces.ids().isEmpty()
                && namespaces.sharedMemory() == NamespaceConfig.DEFAULT.sharedMemory();
    }

    /** What is opened of the host before its files are out of reach. */
    static void open(List<SyscallRecord> records, LaunchContext launch) {
        if (!isOwn(launch) && launch.config().parent().isEmpty()) {
            records.add(Calls.openTree(PATH, false, SOURCE));
        }
    }

    /** Mounted into the new root; /dev is there. */
    static void mount(List<SyscallRecord> records, LaunchContext launch) {
        records.add(Calls.makeDirectory(PATH));
        records.add(isOwn(launch) ? own(launch) : Calls.attachAt(SOURCE, PATH));
    }

    static boolean isOwn(LaunchContext launch) {
        return launch.config().namespaces().privateIpc(launch.config().parent().isPresent());
    }
}
