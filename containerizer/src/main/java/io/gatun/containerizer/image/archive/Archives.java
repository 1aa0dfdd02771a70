package io.gatun.containerizer.image.archive;

import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.spec.ImageSource;
import io.gatun.containerizer.image.spec.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Images in a directory of the operator's: what {@code --docker_registry} names when it is a path. An image {@code a/b:c}
 * is looked for as {@code a/b:c.tar}, {@code a/b.tar} (as Mesos does), and as an OCI layout in a directory {@code a/b:c}
 * or {@code a/b}; at last the directory may be an OCI layout itself. An archive may be of {@code docker save} in its old
 * form or in that of an OCI layout.
 */
public final class Archives {
    private final Path directory;

    public Archives(Path directory) {
        this.directory = directory;
        if (!directory.isAbsolute() || !Files.isDirectory(directory)) {
            throw new IllegalArgumentException("docker_registry=" + directory + ": must be a URL or a directory");
        }
    }

    /**
     * Finds an image. Names have no {@code ..} and no leading slash ({@link Reference}), so none leads out of the
     * directory.
     *
     * @throws ImageException naming the paths that were tried
     */
    public ImageSource open(Reference reference) throws IOException {
        Set<Path> tried = new LinkedHashSet<>();
        for (String name : names(reference)) {
            Path archive = directory.resolve(name + ".tar");
            if (Files.isRegularFile(archive)) {
                return archive(archive, reference);
            }
            Path layout = directory.resolve(name);
            if (isLayout(layout)) {
                return new LayoutImage(new DirectoryTree(layout), reference);
            }
            tried.add(archive);
            tried.add(layout);
        }
        if (isLayout(directory)) {
            return new LayoutImage(new DirectoryTree(directory), reference);
        }
        throw new ImageException(
                "image " + reference + ": is not in docker_registry=" + directory + ": tried " + tried);
    }

    /** Opens one archive. */
    static ImageSource archive(Path archive, Reference reference) throws IOException {
        TarTree tar = new TarTree(archive);
        if (tar.size(LayoutImage.MARKER).isPresent() && tar.size("index.json").isPresent()) {
            return new LayoutImage(tar, reference);
        }
        if (tar.size(SavedImage.MANIFEST).isPresent()) {
            return new SavedImage(tar, reference);
        }
        throw new ImageException(archive + ": has neither " + LayoutImage.MARKER + " nor " + SavedImage.MANIFEST
                + ": must be written by docker save or be an OCI layout");
    }

    private static boolean isLayout(Path path) {
        return Files.isRegularFile(path.resolve(LayoutImage.MARKER));
    }

    /** Spellings of the name, the most exact first. */
    private static List<String> names(Reference reference) {
        Set<String> repositories = new LinkedHashSet<>();
        repositories.add(reference.registry() + "/" + reference.repository());
        repositories.add(reference.repository());
        if (reference.repository().startsWith("library/")) {
            repositories.add(reference.repository().substring("library/".length()));
        }
        Set<String> names = new LinkedHashSet<>();
        repositories.forEach(name -> names.add(name + ":" + reference.tag()));
        names.addAll(repositories);
        return List.copyOf(names);
    }

    /** Whether a name written by somebody is this reference in another spelling. */
    static boolean isSame(Reference reference, String name) {
        try {
            Reference other = Reference.parse(name, reference.registry());
            return other.repository().equals(reference.repository())
                    && other.tag().equals(reference.tag());
        } catch (ImageException e) {
            // Archives may hold names that no registry would take; they are other images' names.
            return false;
        }
    }
}
