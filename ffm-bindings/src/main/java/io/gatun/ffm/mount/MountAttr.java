package io.gatun.ffm.mount;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** struct mount_attr of mount_setattr(2), Linux 5.12; linux/mount.h. Every field is u64. */
public final class MountAttr {
    /** Nothing can be written. */
    public static final long MOUNT_ATTR_RDONLY = 0x1;
    /** No set-user-id. */
    public static final long MOUNT_ATTR_NOSUID = 0x2;
    /** No device files. */
    public static final long MOUNT_ATTR_NODEV = 0x4;
    /** No programs. */
    public static final long MOUNT_ATTR_NOEXEC = 0x8;
    /** Every access is written down. */
    public static final long MOUNT_ATTR_STRICTATIME = 0x20;
    /** Owners are shown and stored through the id maps of the user namespace {@code userns_fd}. */
    public static final long MOUNT_ATTR_IDMAP = 0x100000;

    /** The struct, as of MOUNT_ATTR_SIZE_VER0. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
                    JAVA_LONG.withName("attr_set"),
                    JAVA_LONG.withName("attr_clr"),
                    JAVA_LONG.withName("propagation"),
                    JAVA_LONG.withName("userns_fd"))
            .withName("mount_attr");

    /** Its size in bytes. */
    public static final long SIZE_BYTES = LAYOUT.byteSize();

    private MountAttr() {}

    static void set(MemorySegment attr, String field, long value) {
        attr.set(JAVA_LONG, LAYOUT.byteOffset(groupElement(field)), value);
    }
}
