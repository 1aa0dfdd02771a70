package io.gatun.ffm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads struct definitions from C headers, as far as the kernel's interfaces need it: integers, pointers, arrays,
 * structs in structs; no bit fields, no unions. Offsets are those of the 64-bit ABIs.
 */
final class CStruct {
    private static final Pattern FIELD = Pattern.compile("^(.*?[\\s*])(\\w+)\\s*(?:\\[(\\w+)])?$");
    private static final Map<String, Integer> SIZES = Map.ofEntries(
            Map.entry("__u8", 1),
            Map.entry("unsigned char", 1),
            Map.entry("char", 1),
            Map.entry("__u16", 2),
            Map.entry("__be16", 2),
            Map.entry("unsigned short", 2),
            Map.entry("__s32", 4),
            Map.entry("__u32", 4),
            Map.entry("__be32", 4),
            Map.entry("int", 4),
            Map.entry("unsigned", 4),
            Map.entry("unsigned int", 4),
            Map.entry("socklen_t", 4),
            Map.entry("size_t", 8),
            Map.entry("__s64", 8),
            Map.entry("__u64", 8),
            Map.entry("__aligned_u64", 8),
            Map.entry("__poll_t", 4));

    private final List<Path> headers;
    private final Map<String, Long> offsets = new LinkedHashMap<>();
    private long size;
    private long alignment = 1;

    private CStruct(List<Path> headers) {
        this.headers = headers;
    }

    /**
     * Reads one.
     *
     * @param headers in which it and the structs in it are looked for
     */
    static CStruct read(String name, Path... headers) throws IOException {
        CStruct struct = new CStruct(List.of(headers));
        struct.parse(name);
        return struct;
    }

    /** Offsets by field; fields of structs in it also as {@code outer_inner}, a {@code tv_} left out. */
    Map<String, Long> offsets() {
        return offsets;
    }

    /** As sizeof tells. */
    long size() {
        return size;
    }

    private void parse(String name) throws IOException {
        for (String line : body(name).split(";", -1)) {
            String text = line.replaceAll("\\s+", " ").strip();
            Matcher field = FIELD.matcher(text);
            if (field.matches()) {
                add(field.group(1).strip(), field.group(2), field.group(3));
            } else if (!text.isEmpty()) {
                throw new IllegalArgumentException(name + ": " + text);
            }
        }
        size = align(size, alignment);
    }

    private String body(String name) throws IOException {
        Pattern definition = Pattern.compile("\\bstruct\\s+" + name + "\\s*\\{([^}]*)}");
        for (Path header : headers) {
            String text =
                    Files.readString(header).replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)//.*$|^#.*$", "");
            Matcher found = definition.matcher(text);
            if (found.find()) {
                return found.group(1);
            }
        }
        throw new IllegalArgumentException("struct " + name + ": not in " + headers);
    }

    private void add(String type, String field, String count) throws IOException {
        long bytes;
        long alignedTo;
        if (type.endsWith("*")) {
            bytes = 8;
            alignedTo = 8;
        } else if (type.startsWith("struct ")) {
            CStruct inner = new CStruct(headers);
            inner.parse(type.substring("struct ".length()));
            bytes = inner.size;
            alignedTo = inner.alignment;
            long start = align(size, alignedTo);
            inner.offsets.forEach((name, offset) -> {
                offsets.putIfAbsent(name, start + offset);
                offsets.put(field + "_" + name.replaceFirst("^tv_", ""), start + offset);
            });
        } else {
            Integer known = SIZES.get(type);
            if (known == null) {
                throw new IllegalArgumentException(type + " " + field + ": unknown type");
            }
            bytes = known;
            alignedTo = known;
        }
        size = align(size, alignedTo);
        offsets.put(field, size);
        size += bytes * (count == null ? 1 : Long.parseLong(count));
        alignment = Math.max(alignment, alignedTo);
    }

    private static long align(long offset, long to) {
        return (offset + to - 1) / to * to;
    }
}
