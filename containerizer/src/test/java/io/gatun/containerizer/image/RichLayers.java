package io.gatun.containerizer.image;

import java.util.HexFormat;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Four layers with all that honest images have. */
final class RichLayers {
    /** struct vfs_cap_data, revision 2: CAP_NET_RAW and CAP_SETUID permitted, effective; linux/capability.h. */
    private static final byte[] CAPABILITY = HexFormat.of().parseHex("0100000280200000000000000000000000000000");

    private RichLayers() {}

    static byte[][] all() {
        return new byte[][] {first(), second(), third(), fourth()};
    }

    private static byte[] first() {
        return new LayerBytes()
                .directory(".", 0755)
                .directory("etc", 0755)
                .file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
                .directory("var", 0755)
                .directory("var/cache", 01777)
                .file("var/cache/old", "old")
                .directory("usr", 0755)
                .directory("usr/bin", 0755)
                .file("usr/bin/app", "#!/bin/sh\n", 06755)
                .hardLink("usr/bin/app-again", "usr/bin/app")
                .pax(Map.of("SCHILY.xattr.security.capability", CAPABILITY))
                .file("usr/bin/ping", "ping", 0755)
                .directory("usr/lib", 0755)
                .file("usr/lib/x", "x")
                .link("lib", "usr/lib")
                .link("absolute", "/usr/lib/x")
                .entry("pipe", TarConstants.LF_FIFO, entry -> entry.setMode(0620), "")
                .entry("owned", TarConstants.LF_NORMAL, entry -> entry.setIds(123456, 654321), "o")
                .file("gr\u00f6\u00dfe/\u65e5\u672c", "utf-8")
                .file("long/" + "n".repeat(200), "long")
                .directory("gone", 0755)
                .file("gone/old", "old")
                .directory("opaque", 0750)
                .file("opaque/old1", "1")
                .file("opaque/sub/old2", "2")
                .file("swap", "a file")
                .directory("dswap", 0755)
                .file("dswap/old", "old")
                .plain();
    }

    private static byte[] second() {
        return new LayerBytes()
                .file(".wh.gone", "")
                .directory("opaque", 0711)
                .file("opaque/.wh..wh..opq", "")
                .file("opaque/new", "new")
                .directory("swap", 0700)
                .file("swap/inside", "a directory now")
                .link("dswap", "swap")
                .file("var/cache/new", "its directory is not described")
                .file("usr/bin/.wh.none", "")
                .plain();
    }

    private static byte[] third() {
        return new LayerBytes()
                .directory("gone", 0755)
                .file("gone/again", "again")
                .file("lib/y", "through a link of a lower layer")
                .file("usr/lib/.wh.x", "")
                .plain();
    }

    private static byte[] fourth() {
        return new LayerBytes()
                .directory("etc", 0700)
                .file("twice", "first")
                .file("twice", "second")
                .hardLink("etc/twice", "twice")
                .directory("made/.", 0755)
                .file("made/.wh.nothing", "")
                .entry("big", TarConstants.LF_NORMAL, entry -> entry.setMode(0400), "b".repeat(300_000))
                .file("text", "\u00e4")
                .plain();
    }
}
