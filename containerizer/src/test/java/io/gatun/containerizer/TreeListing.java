package io.gatun.containerizer;

import io.gatun.containerizer.image.LayerBytes;
import io.gatun.containerizer.image.spec.Digest;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.file.FileStat;
import io.gatun.ffm.file.OpenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All files of a tree as text, a line each, by their paths: type, mode, owner, time, content, names that are one file. */
final class TreeListing {
    private static final String COMMON = " 0:0 " + LayerBytes.MTIME;

    private TreeListing() {}

    static String directory(int mode) {
        return "directory " + Integer.toOctalString(mode) + COMMON;
    }

    static String file(int mode, byte[] content) {
        return "file " + Integer.toOctalString(mode) + COMMON + " " + content.length + " " + Digest.of(content);
    }

    static String pipe(int mode) {
        return "pipe " + Integer.toOctalString(mode) + COMMON;
    }

    static String link(String target) {
        return "link 777" + COMMON + " " + target;
    }

    /** A further name of a file. */
    static String sameAs(String first) {
        return "is " + first;
    }

    /** Lists a tree; overlayfs' own extended attributes and whiteouts are told too. */
    static List<String> of(Path top) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(top)) {
            all = walk.toList();
        }
        List<String> names = all.stream()
                .map(path -> top.relativize(path).toString())
                .sorted()
                .toList();
        Map<Object, String> first = new HashMap<>();
        List<String> lines = new ArrayList<>();
        for (String name : names) {
            lines.add(name + " " + line(top.resolve(name), name, first));
        }
        return lines;
    }

    private static String line(Path path, String name, Map<Object, String> first) throws IOException {
        Map<String, Object> stat = Files.readAttributes(
                path, "unix:mode,uid,gid,ino,nlink,rdev,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        int mode = (int) stat.get("mode");
        int type = mode & FileStat.S_IFMT;
        if (type != FileStat.S_IFDIR && (int) stat.get("nlink") > 1) {
            String other = first.putIfAbsent(stat.get("ino"), name);
            if (other != null) {
                return sameAs(other);
            }
        }
        long mtime = ((FileTime) stat.get("lastModifiedTime")).toMillis() / 1000;
        String common =
                Integer.toOctalString(mode & 07777) + " " + stat.get("uid") + ":" + stat.get("gid") + " " + mtime;
        return switch (type) {
            case FileStat.S_IFDIR -> "directory " + common + xattrs(path);
            case FileStat.S_IFREG -> {
                byte[] content = Files.readAllBytes(path);
                yield "file " + common + " " + content.length + " " + Digest.of(content);
            }
            case FileStat.S_IFLNK -> "link " + common + " " + Files.readSymbolicLink(path);
            case FileStat.S_IFIFO -> "pipe " + common;
            // Its time is that of its making.
            case FileStat.S_IFCHR -> "device " + stat.get("rdev");
            default -> "type " + Integer.toOctalString(type);
        };
    }

    private static String xattrs(Path directory) {
        try (OwnedFd fd = Fd.open(directory, Fd.O_RDONLY, 0)) {
            List<String> names =
                    OpenFile.listXattrs(fd.fd(), directory).stream().sorted().toList();
            return names.isEmpty() ? "" : " " + names;
        }
    }
}
