package io.atalaya.ingestion.file;

import io.atalaya.ingestion.IngestionException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The objects of a bucket whose keys begin alike, as files in a folder. A listing says what is there; an object is only ever
 * whole, and what is copied is the very version that was listed.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html">ListObjectsV2</a>
 */
public final class Bucket implements Drop {
    private static final int CHANGED = 412;
    private static final int GONE = 404;

    private final S3 s3;
    private final BucketSettings settings;
    private final String bucket;
    private final String prefix;
    private final PathMatcher names;

    Bucket(S3 s3, BucketSettings settings, String bucket, String prefix, String glob) {
        this.s3 = s3;
        this.settings = settings;
        this.bucket = bucket;
        this.prefix = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
        this.names = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    }

    /** An object as it was listed. */
    public static final class Entry implements Drop.Entry {
        private final Bucket from;
        private final String name;
        private final long bytes;
        private final Instant modified;
        private final String tag;

        private Entry(Bucket from, String name, long bytes, Instant modified, String tag) {
            this.from = from;
            this.name = name;
            this.bytes = bytes;
            this.modified = modified;
            this.tag = tag;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public Instant modified() {
            return modified;
        }

        @Override
        public String tag() {
            return tag;
        }

        @Override
        public void copy(FileChannel to, LongConsumer copied) throws IOException {
            from.copy(this, to, copied);
        }

        /** It was copied under the condition that it is, so nothing needs to be asked. */
        @Override
        public boolean isUnchanged() {
            return true;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Entry entry
                    && entry.name.equals(name)
                    && entry.tag.equals(tag)
                    && entry.bytes == bytes
                    && entry.modified.equals(modified);
        }

        @Override
        public int hashCode() {
            return tag.hashCode();
        }
    }

    @Override
    public List<Entry> list() {
        List<Entry> found = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            Map<String, String> query =
                    new TreeMap<>(Map.of("list-type", "2", "delimiter", "/", "prefix", prefix, "encoding-type", "url"));
            next.ifPresent(token -> query.put("continuation-token", token));
            HttpResponse<InputStream> answer = s3.get(settings, bucket, "", query, Map.of());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() != 200) {
                    throw s3.refusal(bucket, "list", answer.statusCode());
                }
                next = listed(body, found);
            } catch (IOException | XMLStreamException e) {
                throw new IngestionException.Unavailable("Bucket '" + bucket + "' could not be listed", e);
            }
        } while (next.isPresent());
        found.sort(Comparator.comparing(Entry::name));
        return found;
    }

    /** Adds what matches, and says where the listing goes on. */
    private Optional<String> listed(InputStream body, List<Entry> found) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        XMLStreamReader xml = factory.createXMLStreamReader(body);
        Optional<String> next = Optional.empty();
        Map<String, String> object = new TreeMap<>();
        boolean contents = false;
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                switch (xml.getLocalName()) {
                    case "Contents" -> {
                        contents = true;
                        object.clear();
                    }
                    case "Key", "LastModified", "ETag", "Size" -> {
                        String part = xml.getLocalName();
                        if (contents) {
                            object.put(part, xml.getElementText());
                        }
                    }
                    case "NextContinuationToken" -> next = Optional.of(xml.getElementText());
                    default -> {
                        // Nothing else is asked for.
                    }
                }
            } else if (event == XMLStreamConstants.END_ELEMENT
                    && xml.getLocalName().equals("Contents")) {
                contents = false;
                entry(object).ifPresent(found::add);
            }
        }
        return next;
    }

    private Optional<Entry> entry(Map<String, String> object) {
        String key = URLDecoder.decode(object.getOrDefault("Key", ""), StandardCharsets.UTF_8);
        if (!key.startsWith(prefix) || key.length() == prefix.length()) {
            return Optional.empty();
        }
        String name = key.substring(prefix.length());
        // A name is that of a file where it is kept, and no path.
        if (name.contains("/")
                || name.indexOf('\0') >= 0
                || !DropFolder.isMeant(name)
                || !names.matches(Path.of(name))) {
            return Optional.empty();
        }
        return Optional.of(new Entry(
                this,
                name,
                Long.parseLong(object.getOrDefault("Size", "0")),
                Instant.parse(object.getOrDefault("LastModified", "1970-01-01T00:00:00Z")),
                object.getOrDefault("ETag", "")));
    }

    private void copy(Entry entry, FileChannel to, LongConsumer copied) throws IOException {
        HttpResponse<InputStream> answer =
                s3.get(settings, bucket, prefix + entry.name, Map.of(), Map.of("If-Match", entry.tag));
        try (InputStream body = answer.body()) {
            if (answer.statusCode() == CHANGED || answer.statusCode() == GONE) {
                throw new Changed(entry.name);
            }
            if (answer.statusCode() != 200) {
                throw s3.refusal(bucket, "get '" + entry.name + "' of", answer.statusCode());
            }
            byte[] buffer = new byte[1 << 18];
            long at = 0;
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                to.write(ByteBuffer.wrap(buffer, 0, read));
                at += read;
                copied.accept(at);
            }
        }
    }

    /** The object is another now. */
    static final class Changed extends IOException {
        private static final long serialVersionUID = 1;

        Changed(String name) {
            super(name + " was changed");
        }
    }

    /** An object appears when all of it is there. */
    @Override
    public boolean isSettled(Drop.Entry file, Duration settle) {
        return true;
    }
}
