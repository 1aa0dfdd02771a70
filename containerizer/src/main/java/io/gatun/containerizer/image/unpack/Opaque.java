package io.gatun.containerizer.image.unpack;

import io.gatun.ffm.Errno;
import io.gatun.ffm.file.OpenFile;

/** The extended attribute that hides from a directory what lower layers have in it; filesystems/overlayfs.rst. */
final class Opaque {
    private static final String TRUSTED = "trusted.overlay.opaque";
    private static final String USER = "user.overlay.opaque";
    private static final byte[] YES = {'y'};

    private Opaque() {}

    /**
     * Sets both spellings: the first is read by a mount of the host's root, the second by one with {@code userxattr} in
     * a user namespace, and who will mount is not known yet.
     *
     * @throws io.gatun.ffm.SyscallException when the file system takes neither
     */
    static void set(int directory, Object object) {
        long trusted = OpenFile.trySetXattr(directory, TRUSTED, YES);
        long user = OpenFile.trySetXattr(directory, USER, YES);
        if (trusted < 0 && user < 0) {
            Errno.check(user, "fsetxattr " + USER, object);
        }
    }

    static boolean isSet(int directory, Object object) {
        return OpenFile.getXattr(directory, TRUSTED, object).isPresent()
                || OpenFile.getXattr(directory, USER, object).isPresent();
    }

    static boolean isName(String xattr) {
        return xattr.startsWith("trusted.overlay.") || xattr.startsWith("user.overlay.");
    }
}
