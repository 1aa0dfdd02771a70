package io.gatun.ffm;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.ffm.netlink.GenlMsgHdr;
import io.gatun.ffm.netlink.NlMsgHdr;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each struct layout against the header that defines the struct; a layout that no header is named for fails the test. */
class HeaderLayoutTest {
    private static final Path LINUX = Path.of("/usr/include/linux");
    private static final Path LIBC = Path.of("/usr/include/x86_64-linux-gnu");

    private static final Map<String, List<Path>> HEADERS = Map.of(
            "clone_args", List.of(LINUX.resolve("sched.h")),
            "sched_attr", List.of(LINUX.resolve("sched/types.h")),
            "open_how", List.of(LINUX.resolve("openat2.h")),
            "mount_attr", List.of(LINUX.resolve("mount.h")),
            "statx", List.of(LINUX.resolve("stat.h")),
            "fsxattr", List.of(LINUX.resolve("fs.h")),
            "if_dqblk", List.of(LINUX.resolve("quota.h")),
            "mmsghdr", List.of(LIBC.resolve("sys/socket.h"), LIBC.resolve("bits/socket.h")));

    @BeforeAll
    static void requireHeaders() {
        for (Path header : List.of(LINUX.resolve("openat2.h"), LIBC.resolve("sys/socket.h"))) {
            assumeTrue(Files.exists(header), header + " is missing: packages linux-libc-dev and libc6-dev");
        }
    }

    private static List<StructLayout> layouts() {
        return Bindings.constants(StructLayout.class).stream()
                // What the linker itself defines for errno.
                .filter(field -> !field.getDeclaringClass().equals(ErrnoState.class))
                .map(HeaderLayoutTest::layout)
                .toList();
    }

    private static StructLayout layout(Field field) {
        StructLayout layout = (StructLayout) Bindings.value(field);
        assertThat(layout.name()).as(Bindings.name(field)).isPresent();
        return layout;
    }

    @Test
    void shouldKnowTheHeaderOfEveryLayout() {
        assertThat(layouts())
                .extracting(layout -> layout.name().orElseThrow())
                .doesNotHaveDuplicates()
                .isSubsetOf(HEADERS.keySet())
                .contains("clone_args", "open_how", "mmsghdr");
    }

    @Test
    void shouldPlaceEachFieldWhereTheHeaderDoes() throws IOException {
        for (StructLayout layout : layouts()) {
            String name = layout.name().orElseThrow();
            CStruct struct = CStruct.read(name, HEADERS.get(name).toArray(Path[]::new));
            assertThat(layout.byteSize()).as("sizeof(struct %s)", name).isEqualTo(struct.size());
            layout.memberLayouts().stream()
                    .map(MemoryLayout::name)
                    .flatMap(java.util.Optional::stream)
                    .forEach(field -> assertThat(layout.byteOffset(groupElement(field)))
                            .as("offsetof(struct %s, %s)", name, field)
                            .isEqualTo(struct.offsets().get(field)));
        }
    }

    @Test
    void shouldPlaceNetlinkFieldsWhereTheHeaderDoes() throws IOException {
        CStruct header = CStruct.read("nlmsghdr", LINUX.resolve("netlink.h"));
        assertThat(header.offsets())
                .containsEntry("nlmsg_len", (long) NlMsgHdr.LENGTH_OFFSET)
                .containsEntry("nlmsg_type", (long) NlMsgHdr.TYPE_OFFSET)
                .containsEntry("nlmsg_flags", (long) NlMsgHdr.FLAGS_OFFSET)
                .containsEntry("nlmsg_seq", (long) NlMsgHdr.SEQUENCE_OFFSET)
                .containsEntry("nlmsg_pid", (long) NlMsgHdr.PORT_ID_OFFSET);
        assertThat(header.size()).isEqualTo(NlMsgHdr.SIZE_BYTES);
        assertThat(CStruct.read("genlmsghdr", LINUX.resolve("genetlink.h")).size())
                .isEqualTo(GenlMsgHdr.SIZE_BYTES);
    }

    @Test
    void shouldReadWhatAHeaderSays() throws IOException {
        Path header = Files.createTempFile("struct", ".h");
        try {
            Files.writeString(
                    header,
                    "struct inner { __u8 a; /* b; */ __u64 c; };\nstruct outer {\n\t__u16 x[3];\n\tstruct inner y;\n\tchar *z; };");
            CStruct outer = CStruct.read("outer", header);
            assertThat(outer.offsets())
                    .containsExactly(
                            Map.entry("x", 0L),
                            Map.entry("a", 8L),
                            Map.entry("y_a", 8L),
                            Map.entry("c", 16L),
                            Map.entry("y_c", 16L),
                            Map.entry("y", 8L),
                            Map.entry("z", 24L));
            assertThat(outer.size()).isEqualTo(32);
        } finally {
            Files.delete(header);
        }
    }
}
