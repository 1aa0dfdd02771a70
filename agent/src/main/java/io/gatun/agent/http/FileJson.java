package io.gatun.agent.http;

import io.gatun.mesos.v1.FileInfo;
import io.gatun.mesos.v1.TimeInfo;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;

/** A file's attributes, as /files/browse and LIST_FILES show them. */
final class FileJson {
    /** S_IFMT and its values, inode(7). */
    private static final int S_IFMT = 0170000;

    private static final Map<Integer, Character> TYPES =
            Map.of(0140000, 's', 0120000, 'l', 0100000, '-', 0060000, 'b', 0040000, 'd', 0020000, 'c', 0010000, 'p');

    private static final double MICROS_PER_SECOND = 1e6;

    private FileJson() {}

    static Map<String, Object> entry(String directory, SandboxFiles.Entry entry) {
        SequencedMap<String, Object> json = Json.object();
        json.put("path", path(directory, entry));
        json.put("nlink", entry.nlink());
        json.put("size", entry.attributes().size());
        json.put("mtime", entry.attributes().lastModifiedTime().to(TimeUnit.MICROSECONDS) / MICROS_PER_SECOND);
        json.put("mode", mode(entry.mode()));
        json.put("uid", entry.attributes().owner().getName());
        json.put("gid", entry.attributes().group().getName());
        return json;
    }

    static FileInfo info(String directory, SandboxFiles.Entry entry) {
        FileTime modified = entry.attributes().lastModifiedTime();
        return FileInfo.newBuilder()
                .setPath(path(directory, entry))
                .setNlink(entry.nlink())
                .setSize(entry.attributes().size())
                .setMtime(TimeInfo.newBuilder().setNanoseconds(modified.to(TimeUnit.NANOSECONDS)))
                .setMode(entry.mode())
                .setUid(entry.attributes().owner().getName())
                .setGid(entry.attributes().group().getName())
                .build();
    }

    /** As ls(1) shows a mode: {@code -rw-r--r--}; set-id and sticky bits show in the x places. */
    static String mode(int mode) {
        StringBuilder text = new StringBuilder().append(TYPES.getOrDefault(mode & S_IFMT, '?'));
        String letters = "rwxrwxrwx";
        for (int i = 0; i < letters.length(); i++) {
            text.append((mode & 0400 >> i) != 0 ? letters.charAt(i) : '-');
        }
        special(text, mode, 04000, 3, 's');
        special(text, mode, 02000, 6, 's');
        special(text, mode, 01000, 9, 't');
        return text.toString();
    }

    private static void special(StringBuilder text, int mode, int bit, int place, char letter) {
        if ((mode & bit) != 0) {
            text.setCharAt(place, text.charAt(place) == 'x' ? letter : Character.toUpperCase(letter));
        }
    }

    private static String path(String directory, SandboxFiles.Entry entry) {
        return (directory.endsWith("/") ? directory : directory + "/") + entry.name();
    }
}
