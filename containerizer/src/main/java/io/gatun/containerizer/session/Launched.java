package io.gatun.containerizer.session;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.IoConfig;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NamespaceConfig;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.Privileges;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of a container's configuration counts for programs that are run in it later, perhaps by another agent: user,
 * privileges, root. A file {@code launched}, readable by its owner only, of those containers that are out of the ordinary
 * in one of these. Neither environment nor volumes are in it: they may hold secrets.
 */
public final class Launched {
    /** Its name; removed with the rest of the directory. */
    public static final String FILE = "launched";

    private static final String UNUSED = "-";
    private static final Path NOWHERE = Path.of("/");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .annotationIntrospector(new SealedTypes())
            // Filesystem.isolated() is a question, and no property "olated".
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Launched() {}

    /** A sealed interface is written with the simple name of the record that implements it. */
    private static final class SealedTypes extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonTypeInfo.Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
            return annotated.getRawType().isSealed()
                    ? JsonTypeInfo.Value.construct(
                            JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, "kind", null, false, true, null)
                    : super.findPolymorphicTypeInfo(config, annotated);
        }

        @Override
        public List<NamedType> findSubtypes(Annotated annotated) {
            return annotated.getRawType().isSealed()
                    ? Arrays.stream(annotated.getRawType().getPermittedSubclasses())
                            .map(type -> new NamedType(type, type.getSimpleName()))
                            .toList()
                    : super.findSubtypes(annotated);
        }
    }

    /** What is saved of a container; one of many that nothing distinguishes but their names has the same. */
    private record Kept(
            Optional<String> user, Filesystem filesystem, NamespaceConfig namespaces, Privileges privileges) {
        static Kept of(ContainerConfig config) {
            Filesystem files = config.filesystem();
            return new Kept(
                    config.user(),
                    new Filesystem(
                            Optional.empty(),
                            files.root(),
                            files.workingDirectory(),
                            files.readOnlyRoot(),
                            List.of(),
                            files.diskBytes(),
                            files.masked()),
                    config.namespaces(),
                    config.privileges());
        }

        boolean ordinary() {
            return filesystem.equals(Filesystem.DEFAULT)
                    && privileges.equals(Privileges.DEFAULT)
                    && namespaces.equals(NamespaceConfig.DEFAULT)
                    && user.isEmpty();
        }

        String json() throws JsonProcessingException {
            ContainerConfig nameless = new ContainerConfig(
                    UNUSED,
                    Optional.empty(),
                    List.of(UNUSED),
                    Map.of(),
                    NOWHERE,
                    user,
                    Limits.NONE,
                    NOWHERE,
                    NOWHERE,
                    IoConfig.DEFAULT,
                    filesystem,
                    namespaces,
                    privileges,
                    NetworkConfig.HOST,
                    Optional.empty());
            return JSON.writeValueAsString(nameless);
        }
    }

    /** The last one and its text: the instances of an app come in a row, and writing JSON takes longer than the file. */
    private record Written(Kept kept, String json) {}

    private static volatile Written last;

    /** Saves it, where there is something to save. */
    public static void save(ContainerConfig config, Path directory) {
        Kept kept = Kept.of(config);
        if (kept.ordinary()) {
            return;
        }
        Path file = directory.resolve(FILE);
        try (OwnedFd out = Fd.open(file, Fd.O_WRONLY | Fd.O_CREAT | Fd.O_TRUNC, 0600)) {
            Written written = last;
            if (written == null || !written.kept().equals(kept)) {
                written = new Written(kept, kept.json());
                last = written;
            }
            Fd.write(out.fd(), written.json().getBytes(StandardCharsets.UTF_8), file);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("write " + file, e);
        }
    }

    /** What was saved, without names and paths of the container; empty for one that is not out of the ordinary. */
    public static Optional<ContainerConfig> load(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), ContainerConfig.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file, e);
        }
    }
}
