;;; gc-mode.el --- C with goroutines  -*- lexical-binding: t -*-
;; SPDX-License-Identifier: MIT
;;; Commentary:
;; `gc-mode', derived from `c-mode': its indentation and commands, and the words of the language coloured
;; where they can be meant.  With Emacs 29 and the tree-sitter grammar of gocc installed, `gc-ts-mode' does
;; the same by the tree.
;;; Code:
(require 'cc-mode)

;; CC Mode takes `x :=' for a label and `go f(' for a declaration of f; the first two take that back.
(defconst gc-mode-font-lock
  '(("^[ \t]*\\([A-Za-z_][A-Za-z_0-9]*\\)[ \t]*:=" 1 'default t)
    ("\\_<\\(?:go\\|defer\\)\\_>[ \t]+\\([A-Za-z_][A-Za-z_0-9]*\\)[ \t]*(" 1 'default t)
    ("\\_<\\(go\\|defer\\)\\_>[ \t]*\\(?:[A-Za-z_{]\\|(\\*\\)" 1 font-lock-keyword-face t)
    ("\\_<\\(select\\)\\_>[ \t]*{" 1 font-lock-keyword-face t)
    ("\\(?::=\\|=\\|(\\)[ \t]*\\(range\\)\\_>[ \t]*[^] )=,;<]" 1 font-lock-keyword-face t)
    ("\\_<\\(chan\\)\\_>[ \t]*\\(?:<-\\)?[ \t]*[A-Za-z_(]" 1 font-lock-type-face t)
    ("\\_<\\(make\\|len\\|cap\\|close\\|panic\\|panic_value\\|recover\\|recover_value\\|retain\\|release\\)\\_>[ \t]*("
     1 font-lock-builtin-face t))
  "What .gc adds to the colours of C.")

(defun gc-mode--in-code (regexp)
  "A font-lock matcher: REGEXP where it begins neither in a comment nor in a string."
  (lambda (limit)
    (let (found)
      (while (and (setq found (re-search-forward regexp limit t))
                  (save-excursion (save-match-data (nth 8 (syntax-ppss (match-beginning 1)))))))
      found)))

;; CC Mode takes the colon of `case v := <-c:' and of `total := v;' for that of a label.  What begins a
;; statement is therefore placed by the brace around it, and only what continues one is left to CC Mode.

(defun gc-mode--block-indentation (brace)
  "The indentation of the line that begins the block of BRACE."
  (save-excursion
    (goto-char brace)
    (skip-chars-backward " \t")
    (when (eq (char-before) ?\))
      (backward-sexp))
    (current-indentation)))

(defun gc-mode--previous-code ()
  "The text of the last line that is neither empty nor a comment, without its comment."
  (save-excursion
    (beginning-of-line)
    (forward-comment (- (point)))
    (cons (current-indentation)
          (buffer-substring-no-properties (line-beginning-position) (point)))))

(defun gc-mode--indentation ()
  "Where this line belongs, or nil where CC Mode knows better."
  (save-excursion
    (back-to-indentation)
    (let* ((state (syntax-ppss))
           (brace (nth 1 state)))
      (unless (or (nth 8 state) (null brace) (not (eq (char-after brace) ?{))
                  (looking-at "#\\|else\\_>\\|{\\|/[*/]"))
        (let ((base (gc-mode--block-indentation brace))
              (before (gc-mode--previous-code)))
          (cond
           ((looking-at "case\\_>\\|default[ \t]*:\\|}") base)
           ((looking-at "\\sw+[ \t]*:\\(?:[^=:]\\|$\\)") nil)
           ((or (string-match-p "[;{}]\\'" (cdr before))
                (string-match-p "\\`[ \t]*\\(?:case\\_>.*\\|default[ \t]*\\):\\'" (cdr before)))
            (+ base c-basic-offset))
           ((or (string-match-p "\\`[ \t]*\\(?:if\\|for\\|while\\)\\_>.*)\\'" (cdr before))
                (string-match-p "\\`[ \t]*}?[ \t]*\\(?:else\\|do\\)\\'" (cdr before)))
            (+ (car before) c-basic-offset))))))))

;; Not `c-special-indent-hook': each `c-set-style' empties it.
(defun gc-mode--indent (&rest _)
  "Correct what CC Mode made of the current line."
  (when (derived-mode-p 'gc-mode)
    (let ((column (gc-mode--indentation)))
      (when (and column (/= column (current-indentation)))
        (if (<= (current-column) (current-indentation))
            (indent-line-to column)
          (save-excursion (indent-line-to column)))))))
(advice-add 'c-indent-line :after #'gc-mode--indent)

(defun gc-mode--compile-command ()
  "How to build the file, unless there is a Makefile."
  (if (file-exists-p "Makefile") "make -k "
    (concat "gocc -Wall -o a.out " (and buffer-file-name (file-name-nondirectory buffer-file-name)))))

;;;###autoload
(define-derived-mode gc-mode c-mode "GC"
  "Major mode for C with goroutines."
  (font-lock-add-keywords nil (mapcar (lambda (k) (cons (gc-mode--in-code (car k)) (cdr k))) gc-mode-font-lock)
                          'append)
  (setq-local compile-command (gc-mode--compile-command)))

;; Emacs 29 and later
(defvar gc-ts-mode-font-lock
  '((go_statement "go" @font-lock-keyword-face)
    (defer_statement "defer" @font-lock-keyword-face)
    (select_statement "select" @font-lock-keyword-face)
    (range_expression "range" @font-lock-keyword-face)
    (channel_type "chan" @font-lock-type-face)
    (["<-" ":="] @font-lock-operator-face)
    ((call_expression function: (identifier) @font-lock-builtin-face)
     (:match "\\`\\(?:make\\|len\\|cap\\|close\\|panic\\|panic_value\\|recover\\|recover_value\\|retain\\|release\\)\\'"
             @font-lock-builtin-face)))
  "What .gc adds to the colours of C, as a query.")

(declare-function treesit-ready-p "treesit")
(declare-function treesit-parser-create "treesit")
(declare-function treesit-font-lock-rules "treesit")
(declare-function treesit-major-mode-setup "treesit")

(when (require 'treesit nil t) ; Emacs 29 and later
  ;;;###autoload
  (define-derived-mode gc-ts-mode prog-mode "GC"
    "Major mode for C with goroutines, by tree-sitter."
    :syntax-table c-mode-syntax-table
    (when (treesit-ready-p 'gocc)
      (treesit-parser-create 'gocc)
      (setq-local comment-start "// " comment-end ""
                  treesit-font-lock-feature-list '((comment definition) (keyword type string) (constructs) ())
                  treesit-font-lock-settings
                  (treesit-font-lock-rules
                   :language 'gocc :feature 'comment '((comment) @font-lock-comment-face)
                   :language 'gocc :feature 'string
                   '([(string_literal) (system_lib_string) (char_literal)] @font-lock-string-face)
                   :language 'gocc :feature 'type
                   '([(primitive_type) (type_identifier) (sized_type_specifier)] @font-lock-type-face)
                   :language 'gocc :feature 'definition
                   '((function_declarator declarator: (identifier) @font-lock-function-name-face))
                   :language 'gocc :feature 'keyword
                   '(["break" "case" "const" "continue" "default" "do" "else" "enum" "extern" "for" "if" "inline"
                      "return" "sizeof" "static" "struct" "switch" "typedef" "union" "volatile" "while"]
                     @font-lock-keyword-face)
                   :language 'gocc :feature 'constructs :override t gc-ts-mode-font-lock)
                  treesit-simple-indent-rules
                  '((gocc
                     ((node-is "}") parent-bol 0)
                     ((node-is "labeled_statement") column-0 0)
                     ((node-is "select_case\\|case_statement") parent-bol 0)
                     ((parent-is "select_case\\|case_statement\\|compound_statement\\|field_declaration_list")
                      parent-bol 4)
                     ((parent-is "if_statement\\|for_statement\\|while_statement\\|range_statement\\|else_clause")
                      parent-bol 4)
                     (no-node parent-bol 0))))
      (treesit-major-mode-setup))
    (setq-local compile-command (gc-mode--compile-command))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.gc\\'" . gc-mode))

(provide 'gc-mode)
;;; gc-mode.el ends here
