package io.gatun.containerizer.image.unpack;

import io.gatun.ffm.file.FileStat;
import java.util.Map;

/**
 * What a file is given beside its content.
 *
 * @param permissions 0 to 07777
 * @param uid 0 to 2^32 - 2, as the kernel's unsigned int
 * @param gid as {@code uid}
 * @param mtimeSeconds since 1970
 * @param mtimeNanos 0 to 999,999,999
 * @param xattrs by full name
 */
record Attributes(int permissions, int uid, int gid, long mtimeSeconds, int mtimeNanos, Map<String, byte[]> xattrs) {
    /** Of a directory that no layer describes. */
    static final Attributes IMPLIED = new Attributes(0755, 0, 0, 0, 0, Map.of());

    static Attributes of(FileStat status) {
        return new Attributes(
                status.permissions(), status.uid(), status.gid(), status.mtimeSeconds(), status.mtimeNanos(), Map.of());
    }
}
