package example.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/// A registry that the gateway does not ship with, as a jar. Outside of the gateway's package, in which it looks for parts of its own.
public final class RegistryJar {

    private static final String IMPORTS = "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";

    private RegistryJar() {}

    /// Puts it into a folder. `EXAMPLE_REGISTRY_FILE` names the file that it reads.
    public static void writeTo(Path folder) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve("registry.jar")))) {
            jar.putNextEntry(new ZipEntry(IMPORTS));
            jar.write(FileRegistryConfiguration.class.getName().getBytes(StandardCharsets.US_ASCII));
            for (Class<?> type : List.of(FileRegistryConfiguration.class, FileRegistry.class)) {
                String entry = type.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new ZipEntry(entry));
                try (InputStream octets = type.getClassLoader().getResourceAsStream(entry)) {
                    octets.transferTo(jar);
                }
            }
        }
    }
}
