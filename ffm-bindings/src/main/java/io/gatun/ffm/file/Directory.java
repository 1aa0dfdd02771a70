package io.gatun.ffm.file;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Syscall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** getdents64(2): the names in an open directory. The JDK's own listing needs a path, and a locale that can spell it. */
public final class Directory {
    /** d_type of a directory; linux/fs_types.h. */
    public static final int DT_DIR = 4;

    // struct linux_dirent64 { u64 d_ino; s64 d_off; unsigned short d_reclen; unsigned char d_type; char d_name[]; }
    private static final int RECLEN_OFFSET = 16;
    private static final int TYPE_OFFSET = 18;
    private static final int NAME_OFFSET = 19;
    private static final int BUFFER_BYTES = 32 * 1024;

    private Directory() {}

    /**
     * A name and what it names.
     *
     * @param name one component, never {@code .} or {@code ..}
     * @param type DT_ constant of readdir(3); 0 where the file system does not say
     */
    public record Entry(String name, int type) {}

    /**
     * All names from the descriptor's position on, in the file system's order; the descriptor is at the end afterwards.
     *
     * @param object names the directory in errors
     */
    public static List<Entry> list(int fd, Object object) {
        List<Entry> entries = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER_BYTES, Long.BYTES);
            long length;
            while ((length = read(fd, buffer, object)) > 0) {
                for (long at = 0; at < length; ) {
                    String name = buffer.getString(at + NAME_OFFSET);
                    if (!name.equals(".") && !name.equals("..")) {
                        entries.add(new Entry(name, buffer.get(ValueLayout.JAVA_BYTE, at + TYPE_OFFSET)));
                    }
                    at += Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, at + RECLEN_OFFSET));
                }
            }
        }
        return entries;
    }

    private static long read(int fd, MemorySegment buffer, Object object) {
        return Errno.check(Syscall.GETDENTS64.invoke(fd, buffer.address(), BUFFER_BYTES), "getdents64", object);
    }
}
