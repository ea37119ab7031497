// Command birthdays serves the two main requests of Jubilee's API on Gin and bbolt.
//
// It is what a careful engineer would write in an afternoon: every 204 comes after the commit's sync, in the way that
// -writes names. Left out: sync tokens, ?tz=, DELETE, problems as JSON, bounds on what waits, metrics and a request log.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
	"go.etcd.io/bbolt"
	"golang.org/x/text/unicode/norm"
)

const (
	day         = 24 * time.Hour
	longestName = 64
	longestBody = 1024
)

var bucket = []byte("birthdays")

type service struct {
	database *bbolt.DB
	write    func(func(*bbolt.Tx) error) error
}

func main() {
	folder := flag.String("data", "", "folder of the database file")
	writes := flag.String("writes", "update", "update: a transaction for each PUT; batch: PUTs that wait share one")
	delay := flag.Duration("batch-delay", 10*time.Millisecond, "how long a batch waits for more PUTs")
	flag.Parse()

	database, err := bbolt.Open(filepath.Join(*folder, "birthdays.bbolt"), 0o600, nil)
	if err != nil {
		log.Fatal(err)
	}
	database.MaxBatchDelay = *delay
	err = database.Update(func(transaction *bbolt.Tx) error {
		_, err := transaction.CreateBucketIfNotExists(bucket)
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	service := service{database: database, write: database.Update}
	if *writes == "batch" {
		service.write = database.Batch
	}

	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.Use(gin.Recovery())
	router.GET("/hello/:username", service.get)
	router.PUT("/hello/:username", service.put)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("serves on http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, router))
}

func (service service) put(context *gin.Context) {
	name, ok := username(context)
	if !ok {
		return
	}
	content, err := io.ReadAll(http.MaxBytesReader(context.Writer, context.Request.Body, longestBody))
	if err != nil {
		refuse(context, http.StatusRequestEntityTooLarge, "the body is longer than 1 KiB")
		return
	}
	var body struct {
		DateOfBirth string `json:"dateOfBirth"`
	}
	if err := json.Unmarshal(content, &body); err != nil {
		refuse(context, http.StatusBadRequest, "the body is not the JSON that is expected")
		return
	}
	born, err := time.Parse(time.DateOnly, body.DateOfBirth)
	if err != nil || born.Year() < 1 {
		refuse(context, http.StatusBadRequest, "dateOfBirth is not a day as YYYY-MM-DD")
		return
	}
	if !born.Before(today()) {
		refuse(context, http.StatusBadRequest, "dateOfBirth is not before today")
		return
	}
	err = service.write(func(transaction *bbolt.Tx) error {
		return transaction.Bucket(bucket).Put([]byte(name), []byte(body.DateOfBirth))
	})
	if err != nil {
		refuse(context, http.StatusInternalServerError, "the birthday could not be stored")
		return
	}
	context.Status(http.StatusNoContent)
}

var errUnknown = errors.New("nobody of that name is known")

func (service service) get(context *gin.Context) {
	name, ok := username(context)
	if !ok {
		return
	}
	var born time.Time
	err := service.database.View(func(transaction *bbolt.Tx) error {
		stored := transaction.Bucket(bucket).Get([]byte(name))
		if stored == nil {
			return errUnknown
		}
		parsed, err := time.Parse(time.DateOnly, string(stored))
		born = parsed
		return err
	})
	if errors.Is(err, errUnknown) {
		refuse(context, http.StatusNotFound, err.Error())
		return
	}
	if err != nil {
		refuse(context, http.StatusInternalServerError, "the birthday could not be read")
		return
	}
	greeting := "Hello, " + name + "! Happy birthday!"
	if days := daysUntilBirthday(born, today()); days > 0 {
		greeting = fmt.Sprintf("Hello, %s! Your birthday is in %d day(s)", name, days)
	}
	context.JSON(http.StatusOK, struct {
		Message string `json:"message"`
	}{greeting})
}

// username gives the name as it is stored, or answers that it is none.
func username(context *gin.Context) (string, bool) {
	name := norm.NFC.String(context.Param("username"))
	letters := utf8.RuneCountInString(name)
	valid := letters >= 1 && letters <= longestName
	for _, letter := range name {
		valid = valid && unicode.IsLetter(letter)
	}
	if !valid {
		refuse(context, http.StatusBadRequest, "a username is 1 to 64 letters")
	}
	return name, valid
}

func refuse(context *gin.Context, status int, detail string) {
	context.JSON(status, gin.H{"detail": detail})
}

func today() time.Time {
	return time.Now().UTC().Truncate(day)
}

func daysUntilBirthday(born, now time.Time) int {
	birthday := birthdayIn(now.Year(), born)
	if birthday.Before(now) {
		birthday = birthdayIn(now.Year()+1, born)
	}
	return int(birthday.Sub(now) / day)
}

// birthdayIn greets those of 29 February the day before in a common year.
func birthdayIn(year int, born time.Time) time.Time {
	birthday := time.Date(year, born.Month(), born.Day(), 0, 0, 0, 0, time.UTC)
	if birthday.Month() != born.Month() {
		birthday = birthday.AddDate(0, 0, -1)
	}
	return birthday
}
