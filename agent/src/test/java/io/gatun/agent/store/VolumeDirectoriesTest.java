package io.gatun.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Resource.DiskInfo.Source;
import io.gatun.mesos.v1.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Volumes on a MOUNT disk; what tasks see of the others is AgentVolumesTest's. */
class VolumeDirectoriesTest {
    @TempDir
    private Path folder;

    private Path root;
    private VolumeDirectories directories;
    private Resource volume;

    @BeforeEach
    void mount() throws IOException {
        root = Files.createDirectory(folder.resolve("disk"));
        directories = new VolumeDirectories(folder.resolve("work"));
        Resource.Builder disk = Resource.newBuilder().setName("disk");
        disk.addReservationsBuilder().setRole("web/front");
        disk.getDiskBuilder().getPersistenceBuilder().setId("v1");
        disk.getDiskBuilder()
                .getSourceBuilder()
                .setType(Source.Type.MOUNT)
                .getMountBuilder()
                .setRoot(root.toString());
        volume = disk.setType(Value.Type.SCALAR).build();
    }

    private List<Path> inRoot() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.toList();
        }
    }

    @Test
    void shouldBeTheRootItself() {
        assertThat(directories.of(volume)).isEqualTo(root);
        directories.make(volume);
        assertThat(root).isEmptyDirectory();
        assertThat(folder.resolve("work")).doesNotExist();
    }

    @Test
    void shouldTakeARelativeRootInTheWorkDirectory() {
        Resource.Builder relative = volume.toBuilder();
        relative.getDiskBuilder().getSourceBuilder().getMountBuilder().setRoot("disks/1");
        assertThat(directories.of(relative.build())).isEqualTo(folder.resolve("work/disks/1"));
    }

    @Test
    void shouldNotMakeARootThatIsNotThere() throws IOException {
        Files.delete(root);
        assertThatThrownBy(() -> directories.make(volume))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("make volume " + root);
        assertThat(root).doesNotExist();
    }

    @Test
    void shouldRemoveAllThatIsInItAndNotTheRoot() throws IOException {
        Path outside = Files.writeString(folder.resolve("outside"), "stays");
        Files.createDirectories(root.resolve("a/b"));
        Files.writeString(root.resolve("a/b/file"), "secret");
        Files.writeString(root.resolve(".hidden"), "secret");
        Files.createSymbolicLink(root.resolve("a/link"), folder);
        directories.discard(volume);
        assertThat(inRoot()).singleElement().satisfies(garbage -> {
            assertThat(garbage.getFileName().toString()).startsWith(".gatun-discarded-");
            assertThat(Files.getPosixFilePermissions(garbage)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        });
        Files.writeString(root.resolve("next"), "of the next volume");
        directories.removeGarbage(volume);
        assertThat(inRoot()).containsExactly(root.resolve("next"));
        assertThat(outside).hasContent("stays");
    }

    @Test
    void shouldGoOnWhereAnAgentDiedInBetween() throws IOException {
        Files.writeString(root.resolve("first"), "secret");
        directories.discard(volume);
        Files.writeString(root.resolve("second"), "moved by nobody yet");
        directories.discard(volume);
        assertThat(inRoot())
                .hasSize(2)
                .allMatch(path -> path.getFileName().toString().startsWith(".gatun-discarded-"));
        directories.removeGarbage(volume);
        assertThat(root).isEmptyDirectory();
        directories.discard(volume);
        assertThat(root).as("nothing to be discarded").isEmptyDirectory();
    }

    /** A task may be root in there. */
    @Test
    void shouldNotFollowLinksThatATaskHasLeft() throws IOException {
        Path others = Files.createDirectory(folder.resolve("others"));
        Files.writeString(others.resolve("file"), "stays");
        Files.createSymbolicLink(root.resolve(".gatun-discarded-1"), others);
        Files.createDirectory(root.resolve(".gatun-discarded-2"));
        Files.createSymbolicLink(root.resolve(".gatun-discarded-2/link"), others);
        directories.discard(volume);
        directories.removeGarbage(volume);
        assertThat(root).isEmptyDirectory();
        assertThat(others.resolve("file")).hasContent("stays");
    }

    /** One agent discards while what was discarded before is being removed. */
    @ParameterizedTest
    @EnumSource(
            value = Source.Type.class,
            names = {"UNKNOWN", "MOUNT"})
    void shouldDiscardWhileGarbageIsRemoved(Source.Type type) throws Exception {
        Resource.Builder some = volume.toBuilder();
        if (type == Source.Type.UNKNOWN) {
            some.getDiskBuilder().clearSource();
        }
        Resource discarded = some.build();
        AtomicBoolean end = new AtomicBoolean();
        CompletableFuture<Void> remover = CompletableFuture.runAsync(() -> {
            while (!end.get()) {
                directories.removeGarbage(discarded);
            }
        });
        try {
            for (int i = 0; i < 500; i++) {
                directories.make(discarded);
                Files.writeString(directories.of(discarded).resolve("file"), "secret");
                directories.discard(discarded);
                assertThat(directories.of(discarded).resolve("file")).doesNotExist();
            }
        } finally {
            end.set(true);
        }
        remover.get(1, TimeUnit.MINUTES);
        directories.removeGarbage(discarded);
        assertThat(root).isEmptyDirectory();
        assertThat(folder.resolve("work/volumes/discarded")).doesNotExist();
    }

    @Test
    void shouldTakeAlongWhatAnAgentWasAboutToDiscard() throws IOException {
        Files.createDirectory(root.resolve(".gatun-discarding-1"));
        Files.writeString(root.resolve(".gatun-discarding-1/file"), "secret");
        directories.removeGarbage(volume);
        assertThat(root.resolve(".gatun-discarding-1")).exists();
        directories.discard(volume);
        directories.removeGarbage(volume);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void shouldRemoveWhatLiesDeep() throws IOException {
        Path deep = root.resolve(".gatun-discarded-1");
        for (int i = 0; i < 1_005; i++) {
            deep = deep.resolve("d");
        }
        Files.createDirectories(deep);
        directories.removeGarbage(volume);
        assertThat(root).isEmptyDirectory();
    }
}
