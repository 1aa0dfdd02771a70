package io.gatun.ffm.mount;

import io.gatun.ffm.Errno;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A new file system as a mount that is attached nowhere, Linux 5.2; fsopen(2), fsconfig(2), fsmount(2). It takes part in no
 * mount namespace before move_mount(2) attaches it, and goes with its descriptor when nobody does. Any thread.
 */
public final class NewMount {
    private static final int FSOPEN_CLOEXEC = 1;
    private static final int FSMOUNT_CLOEXEC = 1;
    private static final int FSCONFIG_SET_FLAG = 0;
    private static final int FSCONFIG_SET_STRING = 1;
    private static final int FSCONFIG_CMD_CREATE = 6;
    private static final String SOURCE = "source";

    private NewMount() {}

    /**
     * Makes one. What depends on a namespace (mqueue, sysfs) belongs to those of the calling thread.
     *
     * @param source what /proc/mounts shows in its first column
     * @param type of the file system
     * @param options as mount(8) takes them, {@code key=value} or a word each, separated by commas; may be empty
     * @param attributes MOUNT_ATTR_* of {@link MountAttr}
     * @return the mount, O_CLOEXEC; owned by the receiver
     * @throws SyscallException naming type and option: ENODEV (no such type), EINVAL, EPERM, ENOSYS
     */
    public static OwnedFd of(String source, String type, String options, long attributes) {
        try (Arena arena = Arena.ofConfined()) {
            long opened = Syscall.FSOPEN.invoke(arena.allocateFrom(type).address(), FSOPEN_CLOEXEC);
            try (OwnedFd context = new OwnedFd((int) Errno.check(opened, "fsopen", type))) {
                configure(arena, context.fd(), type, SOURCE, source);
                for (String option : options.isEmpty() ? new String[0] : options.split(",", -1)) {
                    int equals = option.indexOf('=');
                    configure(
                            arena,
                            context.fd(),
                            type,
                            equals < 0 ? option : option.substring(0, equals),
                            equals < 0 ? null : option.substring(equals + 1));
                }
                Errno.check(
                        Syscall.FSCONFIG.invoke(context.fd(), FSCONFIG_CMD_CREATE, 0, 0, 0, 0),
                        "fsconfig",
                        type + " FSCONFIG_CMD_CREATE");
                return new OwnedFd((int) Errno.check(
                        Syscall.FSMOUNT.invoke(context.fd(), FSMOUNT_CLOEXEC, attributes), "fsmount", type));
            }
        }
    }

    private static void configure(Arena arena, int context, String type, String key, String value) {
        MemorySegment text = value == null ? MemorySegment.NULL : arena.allocateFrom(value);
        Errno.check(
                Syscall.FSCONFIG.invoke(
                        context,
                        value == null ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING,
                        arena.allocateFrom(key).address(),
                        text.address(),
                        0,
                        0),
                "fsconfig",
                type + " " + key);
    }
}
