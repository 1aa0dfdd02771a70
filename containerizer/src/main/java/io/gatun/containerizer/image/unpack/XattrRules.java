package io.gatun.containerizer.image.unpack;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which extended attributes of an archive are set; xattr(7). File capabilities, the user's own and access control lists
 * belong to the files. Labels of security modules belong to the host. Those that steer overlayfs must not come from an
 * image: {@code trusted.overlay.redirect} alone could show any directory of the lower layers as another.
 */
final class XattrRules {
    private XattrRules() {}

    static Map<String, byte[]> wanted(String path, Map<String, byte[]> found) {
        Map<String, byte[]> wanted = new TreeMap<>();
        found.forEach((name, value) -> {
            if (name.startsWith("trusted.") || name.startsWith("user.overlay.")) {
                throw EntryName.refused(path, "has the extended attribute " + name + ", which steers the kernel");
            }
            boolean kept = name.equals("security.capability")
                    || name.equals("system.posix_acl_access")
                    || name.equals("system.posix_acl_default")
                    || name.startsWith("user.");
            if (kept) {
                wanted.put(name, value);
            }
        });
        return wanted;
    }
}
