;;; gc-mode.el --- C with goroutines  -*- lexical-binding: t -*-
;; SPDX-License-Identifier: MIT
;;; Commentary:
;; A mode for .gc files, derived from `c-mode': its indentation and commands, and the words of the
;; language coloured where they can be meant.
;;; Code:
(require 'cc-mode)

(defconst gc-mode-font-lock
  '(("\\_<\\(go\\|defer\\)\\_>[ \t]*\\(?:[A-Za-z_{]\\|(\\*\\)" 1 font-lock-keyword-face t)
    ("\\_<\\(select\\)\\_>[ \t]*{" 1 font-lock-keyword-face t)
    ("\\(?::=\\|=\\|(\\)[ \t]*\\(range\\)\\_>[ \t]*[^] )=,;<]" 1 font-lock-keyword-face t)
    ("\\_<\\(chan\\)\\_>[ \t]*\\(?:<-\\)?[ \t]*[A-Za-z_(]" 1 font-lock-type-face t)
    ("\\_<\\(make\\|len\\|cap\\|close\\|panic\\|panic_value\\|recover\\|recover_value\\|retain\\|release\\)\\_>[ \t]*("
     1 font-lock-builtin-face t))
  "What .gc adds to the colours of C.")


;;;###autoload
(define-derived-mode gc-mode c-mode "GC"
  "Major mode for C with goroutines."
  (font-lock-add-keywords nil gc-mode-font-lock 'append)
  (setq-local compile-command
              (if (file-exists-p "Makefile") "make -k "
                (concat "gocc -Wall -o a.out " (and buffer-file-name (file-name-nondirectory buffer-file-name))))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.gc\\'" . gc-mode))

(provide 'gc-mode)
;;; gc-mode.el ends here
